// The halved colours of a JPEG master, found again behind what a decoder made of them.
//
// Decoders double halved colours with a triangle: of a stored value c and its neighbours b and d they
// make (b + 3c) / 4 and (3c + d) / 4. Halving these again by their mean gives (b + 6c + d) / 8, which
// blurs every edge a little more with each writing. What was stored solves these equations, one for
// each value, across and (with colours halved both ways) down; they are far from singular, so that
// rounding is hardly enlarged. Beyond the borders the outermost value goes on.

#include "jpegchroma.h"

#include <stdlib.h>

/// Parts of one that a value is kept in.
enum { PARTS = 64, LIMIT = 255 * PARTS };

static int16_t kept(float value) {
    const float most = 1.5f * LIMIT;
    value = value < -most ? -most : value > most ? most : value;
    return (int16_t)(value < 0 ? value - 0.5f : value + 0.5f);
}

/// The means of blocks of two pixels by `tall ? 2 : 1`; a block that lacks pixels has those it has.
static void halve(const selvage_master *master, int tall, selvage_chroma *chroma, uint32_t y) {
    const uint32_t down = tall ? 2 : 1, first = y * down;
    const uint32_t rows = first + down <= master->height ? down : master->height - first;
    for (uint32_t x = 0; x < chroma->width; x++) {
        const uint32_t columns = 2 * x + 2 <= master->width ? 2 : 1;
        int32_t sums[3] = {0};
        for (uint32_t j = 0; j < rows; j++) {
            const uint8_t *from = master->after + ((size_t)(first + j) * master->width + 2 * x) * 3;
            for (uint32_t i = 0; i < columns; i++, from += 3)
                for (int k = 0; k < 3; k++) sums[k] += from[k];
        }
        const float share = (float)PARTS / (float)(rows * columns);
        const float r = share * (float)sums[0], g = share * (float)sums[1],
                    b = share * (float)sums[2];
        const size_t place = (size_t)y * chroma->width + x;
        chroma->blue[place] = kept(-0.168735892f * r - 0.331264108f * g + 0.5f * b + 128 * PARTS);
        chroma->red[place] = kept(0.5f * r - 0.418687589f * g - 0.081312411f * b + 128 * PARTS);
    }
}

/// Solves the equations of `count` values that lie `stride` apart, by elimination from both ends.
static void restore(int16_t *values, size_t count, size_t stride, float *scales) {
    if (count < 2) return;
    float before = 0, scale = 0;
    for (size_t i = 0; i < count; i++) {
        const float middle = i == 0 || i + 1 == count ? 7 : 6;
        scale = 1 / (middle - scale);
        before = (8 * (float)values[i * stride] - before) * scale;
        scales[i] = scale;
        values[i * stride] = kept(before);
    }
    for (size_t i = count - 1; i-- > 0;) {
        const float after = (float)values[(i + 1) * stride];
        values[i * stride] = kept((float)values[i * stride] - scales[i] * after);
    }
}

int selvage_chroma_open(
    selvage_chroma *chroma, const selvage_master *master, int tall, uint32_t padded) {
    chroma->width = (master->width + 1) / 2;
    chroma->height = tall ? (master->height + 1) / 2 : master->height;
    chroma->padded = padded;
    const size_t count = (size_t)chroma->width * chroma->height;
    const size_t longest = chroma->width > chroma->height ? chroma->width : chroma->height;
    chroma->blue = malloc(count * sizeof(int16_t));
    chroma->red = malloc(count * sizeof(int16_t));
    chroma->rows = malloc((size_t)padded * (2 * 16 + 2 * 8));
    float *scales = malloc(longest * sizeof(float));
    if (!chroma->blue || !chroma->red || !chroma->rows || !scales) {
        free(scales);
        return 0;
    }
    int16_t *planes[2] = {chroma->blue, chroma->red};
    for (uint32_t y = 0; y < chroma->height; y++) {
        halve(master, tall, chroma, y);
        for (int k = 0; k < 2; k++)
            restore(planes[k] + (size_t)y * chroma->width, chroma->width, 1, scales);
    }
    for (int k = 0; k < 2 && tall; k++)
        for (uint32_t x = 0; x < chroma->width; x++)
            restore(planes[k] + x, chroma->height, chroma->width, scales);
    free(scales);
    return 1;
}

static uint8_t stored(int16_t value) {
    const int rounded = (value + PARTS / 2) / PARTS;
    return (uint8_t)(value < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

void selvage_chroma_row(const selvage_chroma *chroma, uint32_t y, uint8_t *blue, uint8_t *red) {
    const uint32_t row = y < chroma->height ? y : chroma->height - 1;
    const size_t first = (size_t)row * chroma->width;
    for (uint32_t x = 0; x < chroma->padded; x++) {
        const size_t place = first + (x < chroma->width ? x : chroma->width - 1);
        blue[x] = stored(chroma->blue[place]);
        red[x] = stored(chroma->red[place]);
    }
}

void selvage_chroma_close(selvage_chroma *chroma) {
    free(chroma->blue);
    free(chroma->red);
    free(chroma->rows);
}
