// JPEG's loss: blocks of 8 x 8 transformed, quantised and put back.

#include "spectra.h"

typedef struct {
    lane rows[8];
} block;

/// The rows' sums weighted by a matrix, or by it with rows and columns exchanged.
INLINE block transformed(const block *from, const float *matrix, int exchanged) {
    block to;
    for (int f = 0; f < 8; f++) {
        lane sum = {0};
        for (int y = 0; y < 8; y++) sum += from->rows[y] * matrix[exchanged ? y * 8 + f : f * 8 + y];
        to.rows[f] = sum;
    }
    return to;
}

INLINE block turned(const block *from) {
    block to;
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) to.rows[x][y] = from->rows[y][x];
    return to;
}

INLINE void quantise_block(float *first, int width, const float *cosines, const block *steps) {
    // Added and taken away again, it leaves the nearest whole number.
    const float whole = 12582912;
    block here;
    for (int y = 0; y < 8; y++) here.rows[y] = *(const loose *)(first + (size_t)y * width);
    here = transformed(&here, cosines, 0);
    here = turned(&here);
    here = transformed(&here, cosines, 0);
    for (int g = 0; g < 8; g++)
        here.rows[g] = (here.rows[g] / steps->rows[g] + whole - whole) * steps->rows[g];
    here = transformed(&here, cosines, 1);
    here = turned(&here);
    here = transformed(&here, cosines, 1);
    for (int y = 0; y < 8; y++) *(loose *)(first + (size_t)y * width) = here.rows[y];
}

INLINE void quantise(
    float *plane, int width, int height, const float *cosines, const float *table) {
    block steps;
    for (int y = 0; y < 8; y++) steps.rows[y] = *(const loose *)(table + y * 8);
    steps = turned(&steps);
    for (int top = 0; top + 8 <= height; top += 8)
        for (int left = 0; left + 8 <= width; left += 8)
            quantise_block(plane + (size_t)top * width + left, width, cosines, &steps);
}

static void quantise_portable(
    float *plane, int width, int height, const float *cosines, const float *table) {
    quantise(plane, width, height, cosines, table);
}
AVX2 static void quantise_avx2(
    float *plane, int width, int height, const float *cosines, const float *table) {
    quantise(plane, width, height, cosines, table);
}
void selvage_quantise(
    float *plane, int width, int height, const float *cosines, const float *table) {
    DISPATCH(quantise, plane, width, height, cosines, table);
}
