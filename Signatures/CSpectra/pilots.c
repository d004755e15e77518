// The pilot search: peaks of a spectrum, and where a key's pilots stand out in their log-polar map.

#include "spectra.h"

enum { SCALE = SELVAGE_PEAK_SCALE, MIDDLE = SELVAGE_MAP_MIDDLE };

/// The sums of squared cells of magnitudes, none counting for more than twice its cell's floor.
INLINE void add_cells(
    const float *half, int n, int row, int cell, const float *floor, float *restrict sums) {
    const int cells = n / 2 / cell;
    memset(sums, 0, (size_t)(n / cell) * cells * sizeof(float));
    for (int x = 0; x < n; x++) {
        const float *values = half + (size_t)x * row;
        float *sum = sums + (size_t)(x / cell) * cells;
        const float *most = floor ? floor + (size_t)(x / cell) * cells : NULL;
        for (int i = 0; i < cells; i++) {
            const float limit = most ? 2 * most[i] : 1e30f;
            lane part = {0};
            for (int k = 0; k < cell; k += LANES) {
                const lane value = *(const loose *)(values + i * cell + k);
                part += __builtin_elementwise_min(value, (lane){0} + limit);
            }
            sum[i] += part[0] + part[1] + part[2] + part[3] + part[4] + part[5] + part[6] + part[7];
        }
    }
}

/// The mean of a cell and those around it, a neighbour counting half; columns wrap around.
INLINE void spread_cells(const float *sums, int wide, int high, float share, float *floor) {
    for (int x = 0; x < wide; x++) {
        const float *left = sums + (size_t)((x + wide - 1) % wide) * high;
        const float *here = sums + (size_t)x * high;
        const float *right = sums + (size_t)((x + 1) % wide) * high;
        for (int y = 0; y < high; y++) {
            const int above = y ? y - 1 : 0, below = y + 1 < high ? y + 1 : y;
            const float middle = left[y] + 2 * here[y] + right[y];
            const float upper = left[above] + 2 * here[above] + right[above];
            const float lower = left[below] + 2 * here[below] + right[below];
            floor[(size_t)x * high + y] = (upper + 2 * middle + lower) * share;
        }
    }
}

INLINE void peaks(
    float *real, const float *imaginary, int n, int row, int cell, float clip, float *memory) {
    const int wide = n / cell, high = n / 2 / cell;
    const float share = 1.0f / (float)(16 * cell * cell);
    float *sums = memory, *floor = sums + (size_t)wide * high;
    for (size_t i = 0; i < (size_t)n * row; i++)
        real[i] = __builtin_sqrtf(real[i] * real[i] + imaginary[i] * imaginary[i]);
    // What stands out must not raise its own floor: the second mean sees it at twice the first.
    for (int pass = 0; pass < 2; pass++) {
        add_cells(real, n, row, cell, pass ? floor : NULL, sums);
        spread_cells(sums, wide, high, share, floor);
    }
    for (int x = 0; x < n; x++) {
        float *values = real + (size_t)x * row;
        for (int i = 0; i < high; i++) {
            const float scale = 1 / (floor[(size_t)(x / cell) * high + i] + 1e-6f);
            for (int k = i * cell; k < (i + 1) * cell; k++) {
                const float value = values[k] * scale;
                values[k] = value < clip ? value : clip;
            }
        }
        for (int k = n / 2; k < row; k++) values[k] = 1;
    }
}

static void peaks_portable(
    float *real, const float *imaginary, int n, int row, int cell, float clip, float *memory) {
    peaks(real, imaginary, n, row, cell, clip, memory);
}
AVX2 static void peaks_avx2(
    float *real, const float *imaginary, int n, int row, int cell, float clip, float *memory) {
    peaks(real, imaginary, n, row, cell, clip, memory);
}
static void run_peaks(
    float *real, const float *imaginary, int n, int row, int cell, float clip, float *memory) {
    DISPATCH(peaks, real, imaginary, n, row, cell, clip, memory);
}

int selvage_peaks(float *real, const float *imaginary, int n, int cell, float clip) {
    if (cell < LANES || cell > n / 2) return 0;
    float *memory = floats((size_t)(n / cell) * (n / 2 / cell) * 2);
    if (!memory) return 0;
    run_peaks(real, imaginary, n, selvage_spectrum_row(n), cell, clip, memory);
    free(memory);
    return 1;
}

/// Marks the places around a peak; the frequencies above the first are the mirrored ones below.
INLINE void mark_around(uint8_t *mask, int n, int row, int x, int y, int reach) {
    for (int v = y - reach; v <= y + reach && v <= n / 2; v++)
        for (int u = x - reach; u <= x + reach; u++) {
            if (v >= 0) mask[(size_t)(u & (n - 1)) * row + v] = 1;
            if (v <= 0) mask[(size_t)(-u & (n - 1)) * row - v] = 1;
        }
}

int selvage_quench(float *half, int n, float limit, int reach) {
    const int row = selvage_spectrum_row(n);
    const size_t count = (size_t)n * row;
    uint8_t *mask = calloc(count, 1);
    if (!mask) return 0;
    for (int x = 0; x < n; x++)
        for (int y = 0; y <= n / 2; y++)
            if (half[(size_t)x * row + y] > limit) mark_around(mask, n, row, x, y, reach);
    for (size_t i = 0; i < count; i++) half[i] = mask[i] ? 1 : half[i];
    free(mask);
    return 1;
}

/// The sums of three values across: those of the rows before and after, and the own.
INLINE void three_across(const float *half, int n, int row, int x, float *restrict sums) {
    const float *before = half + (size_t)((x - 1) & (n - 1)) * row;
    const float *here = half + (size_t)x * row;
    const float *after = half + (size_t)((x + 1) & (n - 1)) * row;
    for (int y = 0; y <= n / 2; y++) sums[y] = before[y] + here[y] + after[y];
    // The frequencies above the first are the mirrored ones below.
    const float *a = half + (size_t)((1 - x) & (n - 1)) * row;
    const float *b = half + (size_t)(-x & (n - 1)) * row;
    const float *c = half + (size_t)((-1 - x) & (n - 1)) * row;
    sums[-1] = a[1] + b[1] + c[1];
    sums[n / 2 + 1] = sums[n / 2 - 1];
}

INLINE void soften(const float *half, int n, int row, uint8_t *restrict soft) {
    float line[LANES + 1024 + 2 * LANES];
    float *sums = line + LANES;
    for (int x = 0; x < n; x++) {
        three_across(half, n, row, x, sums);
        uint8_t *out = soft + (size_t)x * row;
        for (int y = 0; y <= n / 2; y++)
            out[y] = (uint8_t)((sums[y - 1] + sums[y] + sums[y + 1]) * (SCALE / 9.0f) + 0.5f);
    }
}

static void soften_portable(const float *half, int n, int row, uint8_t *soft) {
    soften(half, n, row, soft);
}
AVX2 static void soften_avx2(const float *half, int n, int row, uint8_t *soft) {
    soften(half, n, row, soft);
}
void selvage_soften(const float *half, int n, uint8_t *soft) {
    DISPATCH(soften, half, n, selvage_spectrum_row(n), soft);
}

void selvage_peak_bytes(const float *half, int n, uint8_t *soft) {
    const size_t count = (size_t)n * selvage_spectrum_row(n);
    for (size_t i = 0; i < count; i++) soft[i] = (uint8_t)(half[i] * SCALE + 0.5f);
}

/// The map's row that a pilot looks at when the tiles are turned.
INLINE const uint8_t *pilot_row(const uint8_t *map, int angle, int radius) {
    const size_t row = (size_t)(angle % SELVAGE_ANGLES) * SELVAGE_RADII_ROW;
    return map + row + SELVAGE_RADII_MARGIN + radius;
}

typedef uint8_t bytes32 __attribute__((vector_size(32)));
typedef uint8_t loose32 __attribute__((vector_size(32), aligned(1)));
typedef uint16_t words32 __attribute__((vector_size(64)));
typedef uint16_t loose_words32 __attribute__((vector_size(64), aligned(2)));

/// Adds eight rows: two sums of four, which fit in bytes.
INLINE void add_eight(
    const uint8_t *const rows[8], int first, int count, uint16_t *restrict sum) {
    int i = 0;
    for (; i + 32 <= count; i += 32) {
        bytes32 one = {0}, other = {0};
        for (int k = 0; k < 4; k++) {
            one += *(const loose32 *)(rows[k] + first + i);
            other += *(const loose32 *)(rows[k + 4] + first + i);
        }
        *(loose_words32 *)(sum + i) +=
            __builtin_convertvector(one, words32) + __builtin_convertvector(other, words32);
    }
    for (; i < count; i++)
        for (int k = 0; k < 8; k++) sum[i] = (uint16_t)(sum[i] + rows[k][first + i]);
}

INLINE void sum_pilots(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    int count, uint16_t *sums) {
    for (int a = 0; a < SELVAGE_ANGLES; a++) {
        uint16_t *restrict sum = sums + (size_t)a * count;
        memset(sum, 0, (size_t)count * sizeof *sum);
        const uint8_t *rows[8];
        int k = 0;
        for (; k + 8 <= pilots; k += 8) {
            for (int i = 0; i < 8; i++) rows[i] = pilot_row(map, a + angles[k + i], radii[k + i]);
            add_eight(rows, first, count, sum);
        }
        for (; k < pilots; k++) {
            const uint8_t *row = pilot_row(map, a + angles[k], radii[k]) + first;
            for (int i = 0; i < count; i++) sum[i] = (uint16_t)(sum[i] + row[i]);
        }
    }
}

/// The sums of all angles and shifts, and what makes scores of them at each shift.
typedef struct {
    uint16_t *sums;
    int count;
    float *mean, *scale;
} scoring;

/// The mean of the sums of each shift, and one over their standard deviation.
INLINE void calibrate(const scoring *s) {
    const int count = s->count;
    float squares[SELVAGE_RADII_ROW] = {0};
    memset(s->mean, 0, (size_t)count * sizeof(float));
    for (int a = 0; a < SELVAGE_ANGLES; a++) {
        const uint16_t *row = s->sums + (size_t)a * count;
        for (int i = 0; i < count; i++) {
            // About the middle, so that the squares stay exact enough.
            const float value = (float)row[i] - 32 * MIDDLE;
            s->mean[i] += value;
            squares[i] += value * value;
        }
    }
    float typical = 0;
    for (int i = 0; i < count; i++) {
        const float mean = s->mean[i] / SELVAGE_ANGLES;
        const float power = squares[i] / SELVAGE_ANGLES - mean * mean;
        s->scale[i] = __builtin_sqrtf(power > 0 ? power : 0);
        s->mean[i] = mean + 32 * MIDDLE;
        typical += s->scale[i] / (float)count;
    }
    for (int i = 0; i < count; i++)
        s->scale[i] = 1 / ((s->scale[i] > typical ? s->scale[i] : typical) + 1e-6f);
}

typedef uint16_t words __attribute__((vector_size(LANES * sizeof(uint16_t))));
typedef uint16_t loose_words __attribute__((vector_size(LANES * sizeof(uint16_t)), aligned(2)));

INLINE float score(const scoring *s, const uint16_t *row, int i) {
    return row[i] ? ((float)row[i] - s->mean[i]) * s->scale[i] : -1e9f;
}

/// Eight scores at once; what is struck out stays far below all others.
INLINE void scores(const scoring *s, const uint16_t *row, int i, lane *out) {
    const lane sums = __builtin_convertvector((words)*(const loose_words *)(row + i), lane);
    const lane far = __builtin_elementwise_min(sums, (lane){0} + 1) * 1e9f - 1e9f;
    const lane value =
        (sums - *(const loose *)(s->mean + i)) * *(const loose *)(s->scale + i);
    *out = value + far;
}

/// The best score of one row; sums of 0 are struck out.
INLINE float best_of_row(const scoring *s, int angle) {
    const uint16_t *row = s->sums + (size_t)angle * s->count;
    lane high = (lane){0} - 1e9f;
    int i = 0;
    for (; i + LANES <= s->count; i += LANES) {
        lane eight;
        scores(s, row, i, &eight);
        high = __builtin_elementwise_max(high, eight);
    }
    float most = -1e9f;
    for (int k = 0; k < LANES; k++) most = high[k] > most ? high[k] : most;
    for (; i < s->count; i++) most = score(s, row, i) > most ? score(s, row, i) : most;
    return most;
}

/// Where in a row its best score stands.
INLINE int shift_of(const scoring *s, int angle, float most) {
    const uint16_t *row = s->sums + (size_t)angle * s->count;
    int shift = 0;
    while (shift < s->count - 1 && score(s, row, shift) < most) shift++;
    return shift;
}

/// Strikes out what lies around a place, so that the next one is another.
INLINE void strike(const scoring *s, selvage_place place, float *rows) {
    enum { AROUND = 4 };
    for (int a = place.angle - AROUND; a <= place.angle + AROUND; a++) {
        const int angle = (a + SELVAGE_ANGLES) % SELVAGE_ANGLES;
        uint16_t *row = s->sums + (size_t)angle * s->count;
        for (int i = place.shift - AROUND; i <= place.shift + AROUND; i++)
            if (i >= 0 && i < s->count) row[i] = 0;
        rows[angle] = best_of_row(s, angle);
    }
}

INLINE void best_places(const scoring *s, selvage_place *places, int most) {
    float rows[SELVAGE_ANGLES];
    calibrate(s);
    for (int a = 0; a < SELVAGE_ANGLES; a++) rows[a] = best_of_row(s, a);
    for (int found = 0; found < most; found++) {
        int best = 0;
        for (int a = 1; a < SELVAGE_ANGLES; a++) best = rows[a] > rows[best] ? a : best;
        places[found] = (selvage_place){rows[best], best, shift_of(s, best, rows[best])};
        if (found + 1 < most) strike(s, places[found], rows);
    }
}

static void places_portable(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    const scoring *s, selvage_place *places, int most) {
    sum_pilots(map, angles, radii, pilots, first, s->count, s->sums);
    best_places(s, places, most);
}
AVX2 static void places_avx2(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    const scoring *s, selvage_place *places, int most) {
    sum_pilots(map, angles, radii, pilots, first, s->count, s->sums);
    best_places(s, places, most);
}
static void run_places(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    const scoring *s, selvage_place *places, int most) {
    DISPATCH(places, map, angles, radii, pilots, first, s, places, most);
}

int selvage_pilot_places(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    int last, selvage_place *places, int most) {
    const int count = last - first + 1;
    if (count < 1 || first < -SELVAGE_RADII_MARGIN || last > SELVAGE_RADII_MARGIN) return -1;
    float mean[SELVAGE_RADII_ROW], scale[SELVAGE_RADII_ROW];
    uint16_t *sums = malloc((size_t)SELVAGE_ANGLES * count * sizeof *sums);
    if (!sums) return -1;
    const scoring s = {sums, count, mean, scale};
    run_places(map, angles, radii, pilots, first, &s, places, most);
    for (int i = 0; i < most; i++) places[i].shift += first;
    free(sums);
    return most;
}

float selvage_peaks_at(
    const float *half, int n, const int32_t *across, const int32_t *down, int pilots,
    const double axes[4]) {
    const int row = selvage_spectrum_row(n);
    const float ax = (float)(axes[0] * n), ay = (float)(axes[1] * n);
    const float bx = (float)(axes[2] * n), by = (float)(axes[3] * n);
    const float edge = (float)n / 2 - 1;
    float sum = 0;
    for (int k = 0; k < pilots; k++) {
        const float u = (float)across[k], v = (float)down[k];
        float x = u * ax + v * bx, y = u * ay + v * by;
        if (y < 0) x = -x, y = -y;
        if (y >= edge || x >= edge || x <= -edge) {
            sum += 0.8f;
            continue;
        }
        const int left = (int)(x + (float)n) - n, top = (int)y;
        const float fx = x - (float)left, fy = y - (float)top;
        const float *a = half + (size_t)(left & (n - 1)) * row + top;
        const float *b = half + (size_t)((left + 1) & (n - 1)) * row + top;
        const float before = a[0] + fy * (a[1] - a[0]), after = b[0] + fy * (b[1] - b[0]);
        sum += before + fx * (after - before);
    }
    return sum / (float)pilots;
}
