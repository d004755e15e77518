// The Fourier transform of a square of real samples, eight columns at a time.

#include "spectra.h"

static int has_avx2;

/// The cosines of a whole turn in equal steps; sines are those three quarters further on.
enum { CIRCLE = 1024 };
static float circle[CIRCLE];

// Before main, so that no two threads ask or fill at once.
__attribute__((constructor)) static void ask(void) {
    for (int k = 0; k < CIRCLE; k++) circle[k] = (float)cos(2 * M_PI * k / CIRCLE);
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
}

int selvage_has_avx2(void) { return has_avx2; }

const char *selvage_spectra_kernel(void) { return has_avx2 ? "avx2" : "portable"; }

int selvage_spectrum_row(int n) { return (n / 2 + 1 + LANES - 1) / LANES * LANES; }

/// A complex column of lanes: `re[k]`, `im[k]`.
typedef struct {
    lane *re, *im;
} column;

/// One step of radix 4 of Stockham's transform: `quarter` groups of `step` values.
INLINE void radix4(
    column in, column out, int quarter, int step, const float *cosines, const float *sines,
    int stride) {
    for (int p = 0; p < quarter; p++) {
        const int w = p * stride;
        const float c1 = cosines[w], s1 = sines[w], c2 = cosines[2 * w], s2 = sines[2 * w];
        const float c3 = cosines[3 * w], s3 = sines[3 * w];
        for (int q = 0; q < step; q++) {
            const int i = q + step * p, l = step * quarter, o = q + step * 4 * p;
            const lane ar = in.re[i], ai = in.im[i], br = in.re[i + l], bi = in.im[i + l];
            const lane cr = in.re[i + 2 * l], ci = in.im[i + 2 * l];
            const lane dr = in.re[i + 3 * l], di = in.im[i + 3 * l];
            const lane pr = ar + cr, pi = ai + ci, mr = ar - cr, mi = ai - ci;
            const lane qr = br + dr, qi = bi + di, jr = di - bi, ji = br - dr;
            const lane xr = mr - jr, xi = mi - ji, yr = pr - qr, yi = pi - qi;
            const lane zr = mr + jr, zi = mi + ji;
            out.re[o] = pr + qr, out.im[o] = pi + qi;
            out.re[o + step] = xr * c1 + xi * s1, out.im[o + step] = xi * c1 - xr * s1;
            out.re[o + 2 * step] = yr * c2 + yi * s2, out.im[o + 2 * step] = yi * c2 - yr * s2;
            out.re[o + 3 * step] = zr * c3 + zi * s3, out.im[o + 3 * step] = zi * c3 - zr * s3;
        }
    }
}

/// The transform of a column of `n` lanes; returns which of the two columns holds it.
INLINE column transform(column a, column b, int n, const float *cosines, const float *sines) {
    int rest = n, step = 1;
    for (; rest >= 4; rest /= 4, step *= 4) {
        radix4(a, b, rest / 4, step, cosines, sines, n / rest);
        const column other = a;
        a = b, b = other;
    }
    if (rest == 1) return a;
    for (int q = 0; q < step; q++) {
        b.re[q] = a.re[q] + a.re[q + step], b.im[q] = a.im[q] + a.im[q + step];
        b.re[q + step] = a.re[q] - a.re[q + step], b.im[q + step] = a.im[q] - a.im[q + step];
    }
    return b;
}

#define PAIRS(A, B, ...) __builtin_shufflevector(A, B, __VA_ARGS__)

/// Eight lanes of eight as rows of eight, `row` floats apart.
INLINE void write_turned(const lane in[LANES], float *out, int row) {
    lane two[LANES], four[LANES];
    for (int i = 0; i < LANES; i += 2) {
        two[i] = PAIRS(in[i], in[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        two[i + 1] = PAIRS(in[i], in[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < LANES; i += 4)
        for (int k = 0; k < 2; k++) {
            four[i + k] = PAIRS(two[i + k], two[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            four[i + k + 2] = PAIRS(two[i + k], two[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        *(loose *)(out + i * row) = PAIRS(four[i], four[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        *(loose *)(out + (i + 4) * row) = PAIRS(four[i], four[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Parts two real columns that went through one complex transform, and writes them as rows.
INLINE void part(column z, int n, int x, int row, float *real, float *imaginary) {
    for (int first = 0; first < row; first += LANES) {
        lane lr[LANES], li[LANES], rr[LANES], ri[LANES];
        for (int i = 0; i < LANES; i++) {
            const int k = first + i, mirrored = (n - k) & (n - 1);
            const lane ar = z.re[k], ai = z.im[k], br = z.re[mirrored], bi = z.im[mirrored];
            lr[i] = (ar + br) * 0.5f, li[i] = (ai - bi) * 0.5f;
            rr[i] = (ai + bi) * 0.5f, ri[i] = (br - ar) * 0.5f;
        }
        const size_t left = (size_t)x * row + first, right = left + (size_t)n / 2 * row;
        write_turned(lr, real + left, row), write_turned(li, imaginary + left, row);
        write_turned(rr, real + right, row), write_turned(ri, imaginary + right, row);
    }
}

INLINE void spectrum(
    const float *samples, size_t stride, int n, float *real, float *imaginary, lane *work,
    const float *cosines, const float *sines) {
    const column a = {work, work + n}, b = {work + 2 * n, work + 3 * n};
    const int row = selvage_spectrum_row(n);
    for (int x = 0; x < n / 2; x += LANES) {
        for (int y = 0; y < n; y++) {
            a.re[y] = *(const loose *)(samples + y * stride + x);
            a.im[y] = *(const loose *)(samples + y * stride + x + n / 2);
        }
        part(transform(a, b, n, cosines, sines), n, x, row, real, imaginary);
    }
    for (int k = 0; k < row; k += LANES) {
        for (int x = 0; x < n; x++) {
            a.re[x] = *(const loose *)(real + (size_t)x * row + k);
            a.im[x] = *(const loose *)(imaginary + (size_t)x * row + k);
        }
        const column z = transform(a, b, n, cosines, sines);
        for (int x = 0; x < n; x++) {
            *(loose *)(real + (size_t)x * row + k) = z.re[x];
            *(loose *)(imaginary + (size_t)x * row + k) = z.im[x];
        }
    }
}

typedef void transforming(
    const float *, size_t, int, float *, float *, lane *, const float *, const float *);

static void spectrum_portable(
    const float *samples, size_t stride, int n, float *real, float *imaginary, lane *work,
    const float *cosines, const float *sines) {
    spectrum(samples, stride, n, real, imaginary, work, cosines, sines);
}

AVX2 static void spectrum_avx2(
    const float *samples, size_t stride, int n, float *real, float *imaginary, lane *work,
    const float *cosines, const float *sines) {
    spectrum(samples, stride, n, real, imaginary, work, cosines, sines);
}

int selvage_spectrum(const float *samples, size_t stride, int n, float *real, float *imaginary) {
    lane *work = (lane *)floats((size_t)4 * n * LANES + 6 * (size_t)n);
    if (!work) return 0;
    float *cosines = (float *)(work + 4 * n), *sines = cosines + 3 * n;
    if (CIRCLE % n == 0) {
        for (int k = 0; k < 3 * n; k++) {
            const int place = k % n * (CIRCLE / n);
            cosines[k] = circle[place], sines[k] = circle[(place + 3 * CIRCLE / 4) % CIRCLE];
        }
    } else {
        for (int k = 0; k < 3 * n; k++) {
            cosines[k] = (float)cos(2 * M_PI * k / n);
            sines[k] = (float)sin(2 * M_PI * k / n);
        }
    }
    transforming *kernel = has_avx2 ? spectrum_avx2 : spectrum_portable;
    kernel(samples, stride, n, real, imaginary, work, cosines, sines);
    free(work);
    return 1;
}
