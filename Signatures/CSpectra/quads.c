// Peaks by fours: what a quarter turn and a mirror bring to the same place is read at once.

#include "spectra.h"

enum {
    SCALE = SELVAGE_PEAK_SCALE,
    /// How many angles lie in an eighth turn.
    EIGHTH = SELVAGE_ANGLES / 4,
    /// A peak of 1 in the log-polar map, its middle and its most: four of them fit in a byte.
    MAP_SHARE = 4,
    MIDDLE = SELVAGE_MAP_MIDDLE,
    MOST = 63,
    /// The side of what is transposed at once.
    BLOCK = 16,
};

typedef int32_t places8 __attribute__((vector_size(32)));
typedef uint32_t words8 __attribute__((vector_size(32)));
typedef uint16_t shorts8 __attribute__((vector_size(16)));
typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint8_t loose_bytes8 __attribute__((vector_size(8), aligned(1)));

/// The block of bytes at rows `x`... and columns `y`..., its rows and columns exchanged.
INLINE void transposed(
    const uint8_t *bytes, int n, int row, int x, int step, int y, uint8_t out[BLOCK][BLOCK]) {
    for (int i = 0; i < BLOCK; i++) {
        const uint8_t *from = bytes + (size_t)((x + step * i) & (n - 1)) * row + y;
        for (int k = 0; k < BLOCK; k++) out[k][i] = from[k];
    }
}

INLINE void quads(const uint8_t *bytes, int n, int row, uint32_t *restrict out) {
    uint8_t turned[BLOCK][BLOCK], back[BLOCK][BLOCK];
    for (int a = 0; a < n / 2; a += BLOCK)
        for (int b = 0; b < n / 2; b += BLOCK) {
            transposed(bytes, n, row, b, 1, a, turned);
            transposed(bytes, n, row, -b, -1, a, back);
            for (int i = 0; i < BLOCK; i++) {
                const uint8_t *here = bytes + (size_t)(a + i) * row + b;
                const uint8_t *mirrored = bytes + (size_t)(-(a + i) & (n - 1)) * row + b;
                uint32_t *to = out + (size_t)(a + i) * (n / 2) + b;
                for (int k = 0; k < BLOCK; k++)
                    to[k] = here[k] | (uint32_t)mirrored[k] << 8 | (uint32_t)turned[i][k] << 16 |
                            (uint32_t)back[i][k] << 24;
            }
        }
}

static void quads_portable(const uint8_t *bytes, int n, int row, uint32_t *out) {
    quads(bytes, n, row, out);
}
AVX2 static void quads_avx2(const uint8_t *bytes, int n, int row, uint32_t *out) {
    quads(bytes, n, row, out);
}
void selvage_quads(const uint8_t *bytes, int n, uint32_t *out) {
    DISPATCH(quads, bytes, n, selvage_spectrum_row(n), out);
}

void selvage_log_polar_table(int n, double least, uint32_t *table) {
    for (int a = 0; a <= EIGHTH; a++)
        for (int r = 0; r < SELVAGE_RADII; r++) {
            const double angle = a * M_PI / SELVAGE_ANGLES;
            const double radius = n * least * exp(r * log(0.5 / least) / SELVAGE_RADII);
            const int x = (int)lround(radius * cos(angle)), y = (int)lround(radius * sin(angle));
            table[a * SELVAGE_RADII + r] = (uint32_t)((x < n / 2 ? x : n / 2 - 1) * (n / 2) + y);
        }
}

INLINE uint8_t *map_row(uint8_t *map, int angle) {
    const size_t row = (size_t)(angle % SELVAGE_ANGLES) * SELVAGE_RADII_ROW;
    return map + row + SELVAGE_RADII_MARGIN;
}

/// The four rows of an angle of the first eighth turn, and those that mirror and quarter turn make.
INLINE void four_rows(
    const uint32_t *from, const uint32_t *places, uint8_t *const rows[4], uint16_t *restrict sums) {
    for (int r = 0; r < SELVAGE_RADII; r += LANES) {
        words8 four;
        for (int i = 0; i < LANES; i++) four[i] = from[places[r + i]];
        words8 all = four & 0xFF;
        *(loose_bytes8 *)(rows[0] + r) = __builtin_convertvector(four & 0xFF, bytes8);
        *(loose_bytes8 *)(rows[1] + r) = __builtin_convertvector(four >> 8 & 0xFF, bytes8);
        *(loose_bytes8 *)(rows[2] + r) = __builtin_convertvector(four >> 16 & 0xFF, bytes8);
        *(loose_bytes8 *)(rows[3] + r) = __builtin_convertvector(four >> 24, bytes8);
        all += (four >> 8 & 0xFF) + (four >> 16 & 0xFF) + (four >> 24);
        for (int i = 0; i < LANES; i++) sums[r + i] = (uint16_t)(sums[r + i] + all[i] / 4);
    }
}

/// Makes the mean of each radius the middle of the map.
INLINE void level_rows(uint8_t *map, const uint16_t *sums) {
    int16_t mean[SELVAGE_RADII];
    for (int r = 0; r < SELVAGE_RADII; r++)
        mean[r] = (int16_t)((sums[r] + (EIGHTH + 1) / 2) / (EIGHTH + 1));
    for (int a = 0; a < SELVAGE_ANGLES; a++) {
        uint8_t *out = map_row(map, a);
        for (int r = 0; r < SELVAGE_RADII; r++) {
            const int16_t away = (int16_t)(out[r] - mean[r] + MAP_SHARE * 256);
            const int16_t value = (int16_t)(MIDDLE + (away / MAP_SHARE - 256));
            out[r] = (uint8_t)(value < 0 ? 0 : value > MOST ? MOST : value);
        }
    }
}

INLINE void log_polar(const uint32_t *from, const uint32_t *table, uint8_t *map) {
    uint16_t sums[SELVAGE_RADII] = {0};
    memset(map, MIDDLE, (size_t)SELVAGE_ANGLES * SELVAGE_RADII_ROW);
    for (int a = 0; a <= EIGHTH; a++) {
        uint8_t *const rows[4] = {
            map_row(map, a), map_row(map, 4 * EIGHTH - a), map_row(map, 2 * EIGHTH - a),
            map_row(map, 2 * EIGHTH + a)};
        four_rows(from, table + (size_t)a * SELVAGE_RADII, rows, sums);
    }
    level_rows(map, sums);
}

static void log_polar_portable(const uint32_t *from, const uint32_t *table, uint8_t *map) {
    log_polar(from, table, map);
}
AVX2 static void log_polar_avx2(const uint32_t *from, const uint32_t *table, uint8_t *map) {
    log_polar(from, table, map);
}
void selvage_log_polar(const uint32_t *from, const uint32_t *table, uint8_t *map) {
    DISPATCH(log_polar, from, table, map);
}

/// What lies at a pilot for eight sizes, by fours; what stays empty outside of the spectrum.
INLINE void four_at(
    const uint32_t *from, int n, float across, float down, const float *wide, const float *high,
    words8 *out) {
    enum { EMPTY = SCALE * 4 / 5 };
    const int edge = n / 2 - 1;
    const lane fx = *(const loose *)wide * across, fy = *(const loose *)high * down;
    const places8 x = __builtin_convertvector(fx + 0.5f, places8);
    const places8 y = __builtin_convertvector(fy + 0.5f, places8);
    const places8 inside = (y < edge) & (x < edge);
    const places8 place = (x * (n / 2) + y) & inside;
    words8 four;
    for (int i = 0; i < LANES; i++) four[i] = from[place[i]];
    const words8 empty = (words8){0} + EMPTY * 0x01010101u;
    *out = (four & (words8)inside) | (empty & ~(words8)inside);
}

INLINE void upright_sums(
    const uint32_t *from, int n, const int32_t *across, const int32_t *down, int pilots,
    const float *wide, const float *high, int count, uint16_t *sums) {
    for (int next = 0; next < count; next += LANES) {
        // The last ones are done with those before them once more.
        const int i = next + LANES <= count ? next : count - LANES;
        words8 even = {0}, odd = {0};
        for (int k = 0; k < pilots; k++) {
            words8 four;
            const int left = across[k] < 0;
            four_at(
                from, n, (float)(left ? -across[k] : across[k]), (float)down[k], wide + i,
                high + i, &four);
            // On the other side, what is mirrored and what is not change places.
            even += (left ? four >> 8 : four) & 0x00FF00FF;
            odd += (left ? four : four >> 8) & 0x00FF00FF;
        }
        const words8 parts[4] = {even & 0xFFFF, odd & 0xFFFF, odd >> 16, even >> 16};
        for (int k = 0; k < 4; k++)
            for (int j = 0; j < LANES; j++) sums[k * count + i + j] = (uint16_t)parts[k][j];
    }
}

AVX2 static void upright_avx2(
    const uint32_t *from, int n, const int32_t *across, const int32_t *down, int pilots,
    const float *wide, const float *high, int count, uint16_t *sums) {
    upright_sums(from, n, across, down, pilots, wide, high, count, sums);
}
static void upright_portable(
    const uint32_t *from, int n, const int32_t *across, const int32_t *down, int pilots,
    const float *wide, const float *high, int count, uint16_t *sums) {
    upright_sums(from, n, across, down, pilots, wide, high, count, sums);
}
void selvage_upright_sums(
    const uint32_t *from, int n, const int32_t *across, const int32_t *down, int pilots,
    const float *wide, const float *high, int count, uint16_t *sums) {
    DISPATCH(upright, from, n, across, down, pilots, wide, high, count, sums);
}
