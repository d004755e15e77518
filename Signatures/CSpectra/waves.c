// Waves of given frequencies over a row, and the mean of a map at given frequencies.

#include "spectra.h"

INLINE void add_wave(double phase, double step, float size, float *restrict row, int count) {
    // Eight samples at a time are turned by one rotation, which is renewed before it drifts.
    enum { FRESH = 512 };
    const double turn = 2 * M_PI;
    const float c = (float)cos(turn * step * LANES), s = (float)sin(turn * step * LANES);
    for (int first = 0; first < count; first += FRESH) {
        lane re, im;
        for (int i = 0; i < LANES; i++) {
            const double angle = turn * (phase + step * (first + i));
            re[i] = size * (float)cos(angle), im[i] = size * (float)sin(angle);
        }
        const int end = first + FRESH < count ? first + FRESH : count;
        int x = first;
        for (; x + LANES <= end; x += LANES) {
            *(loose *)(row + x) += re;
            const lane next = re * c - im * s;
            im = re * s + im * c;
            re = next;
        }
        for (int i = 0; x < end; x++, i++) row[x] += re[i];
    }
}

AVX2 static void add_wave_avx2(double phase, double step, float size, float *row, int count) {
    add_wave(phase, step, size, row, count);
}
static void add_wave_portable(double phase, double step, float size, float *row, int count) {
    add_wave(phase, step, size, row, count);
}
static void run_wave(double phase, double step, float size, float *row, int count) {
    DISPATCH(add_wave, phase, step, size, row, count);
}

void selvage_add_waves(
    const double *phases, const double *steps, const float *sizes, int waves, float *row,
    int count) {
    for (int k = 0; k < waves; k++) run_wave(phases[k], steps[k], sizes[k], row, count);
}

float selvage_map_mean(
    const float *map, int n, const float *across, const float *down, int count) {
    const int row = selvage_spectrum_row(n);
    float sum = 0;
    for (int k = 0; k < count; k++) {
        const float x = (across[k] + 1) * (float)n, y = down[k] * (float)n;
        const int left = (int)x, top = (int)y < n / 2 ? (int)y : n / 2 - 1;
        const float fx = x - (float)left, fy = y - (float)top;
        const float *a = map + (size_t)(left & (n - 1)) * row + top;
        const float *b = map + (size_t)((left + 1) & (n - 1)) * row + top;
        const float before = a[0] + fy * (a[1] - a[0]), after = b[0] + fy * (b[1] - b[0]);
        sum += before + fx * (after - before);
    }
    return sum / (float)count;
}
