// Folding a picture to one tile of the mark, pilots over its shifts, and tiles from harmonics.

#include "spectra.h"

enum { RUN = 16, BITS = 24 };

static const double turn = 4294967296.0;

/// A phase as a fraction of 2^32, so that whole tiles fall off by themselves.
INLINE uint32_t phase(double tiles) { return (uint32_t)(int64_t)((tiles - floor(tiles)) * turn); }

/// Where a pixel lies, in tiles.
INLINE void place(const selvage_map *m, double x, double y, double *across, double *down) {
    const double depth = 1 / (1 + m->bend_x * x + m->bend_y * y);
    *across = (m->across_x * x + m->across_y * y + m->across) * depth;
    *down = (m->down_x * x + m->down_y * y + m->down) * depth;
}

/// Phases at a pixel and their steps from pixel to pixel; lines are taken as straight in between.
typedef struct {
    uint32_t across, down;
    int32_t across_step, down_step;
} walk;

INLINE walk walk_from(const selvage_map *m, int x, int y, int count) {
    double a0, b0, a1, b1;
    place(m, x, y, &a0, &b0);
    place(m, x + count, y, &a1, &b1);
    return (walk){
        phase(a0), phase(b0), (int32_t)((a1 - a0) / count * turn),
        (int32_t)((b1 - b0) / count * turn)};
}

INLINE float *step(walk *at, float *tile) {
    float *place = tile + (at->down >> BITS) * SELVAGE_TILE + (at->across >> BITS);
    at->across += (uint32_t)at->across_step, at->down += (uint32_t)at->down_step;
    return place;
}

INLINE walk rounded(walk at) {
    const uint32_t half = 1u << (BITS - 1);
    at.across += half, at.down += half;
    return at;
}

/// Where and how a picture is folded.
typedef struct {
    const float *samples;
    size_t stride;
    int x0, x1;
    const selvage_map *map;
    const float *taper_x, *taper_y;
} folding;

/// Four rows side by side, each into a tile of its own: a sum does not wait for the one before it.
INLINE void fold_four(const folding *f, int y, float *const tiles[4]) {
    const float *row = f->samples + (size_t)y * f->stride;
    const size_t stride = f->stride;
    const int bent = f->map->bend_x != 0 || f->map->bend_y != 0;
    float weight[4] = {1, 1, 1, 1};
    for (int k = 0; f->taper_y && k < 4; k++) weight[k] = f->taper_y[y + k];
    for (int first = f->x0; first < f->x1;) {
        const int end = bent && first + RUN < f->x1 ? first + RUN : f->x1;
        walk a = rounded(walk_from(f->map, first, y, end - first));
        walk b = rounded(walk_from(f->map, first, y + 1, end - first));
        walk c = rounded(walk_from(f->map, first, y + 2, end - first));
        walk d = rounded(walk_from(f->map, first, y + 3, end - first));
        for (int x = first; x < end; x++) {
            const float column = f->taper_x ? f->taper_x[x] : 1;
            *step(&a, tiles[0]) += column * weight[0] * row[x];
            *step(&b, tiles[1]) += column * weight[1] * row[x + stride];
            *step(&c, tiles[2]) += column * weight[2] * row[x + 2 * stride];
            *step(&d, tiles[3]) += column * weight[3] * row[x + 3 * stride];
        }
        first = end;
    }
}

INLINE void fold_row(const folding *f, int y, float *tile) {
    const float *row = f->samples + (size_t)y * f->stride;
    const int bent = f->map->bend_x != 0 || f->map->bend_y != 0;
    const float weight = f->taper_y ? f->taper_y[y] : 1;
    for (int first = f->x0; first < f->x1;) {
        const int end = bent && first + RUN < f->x1 ? first + RUN : f->x1;
        walk at = rounded(walk_from(f->map, first, y, end - first));
        for (int x = first; x < end; x++) {
            const float column = f->taper_x ? f->taper_x[x] : 1;
            *step(&at, tile) += column * weight * row[x];
        }
        first = end;
    }
}

void selvage_fold(
    const float *samples, size_t stride, int x0, int y0, int x1, int y1, const selvage_map *map,
    const float *taper_x, const float *taper_y, float *tile) {
    enum { PLACES = SELVAGE_TILE * SELVAGE_TILE, LEAST = 4 * PLACES };
    const folding f = {samples, stride, x0, x1, map, taper_x, taper_y};
    float *more = NULL;
    // Where there are few samples, adding up the tiles would cost more than it saves.
    if ((long)(x1 - x0) * (y1 - y0) >= LEAST) more = calloc(3 * PLACES, sizeof(float));
    int y = y0;
    if (more) {
        float *const tiles[4] = {tile, more, more + PLACES, more + 2 * PLACES};
        for (; y + 4 <= y1; y += 4) fold_four(&f, y, tiles);
        for (int i = 0; i < PLACES; i++)
            tile[i] += more[i] + more[PLACES + i] + more[2 * PLACES + i];
        free(more);
    }
    for (; y < y1; y++) fold_row(&f, y, tile);
}

/// The circle that a frequency runs through over a tile of `side` places.
static void round_tile(int frequency, int side, float *cosines, float *sines) {
    for (int k = 0; k < side; k++) {
        const double angle = 2 * M_PI * (double)(((long)frequency * k) % side) / side;
        cosines[k] = (float)cos(angle), sines[k] = (float)sin(angle);
    }
}

INLINE void add_wave(
    float re, float im, const float *cosines, const float *sines, int side, float *restrict row) {
    for (int x = 0; x < side; x++) row[x] += re * cosines[x] - im * sines[x];
}

/// The value furthest from zero in a row.
INLINE float furthest(const float *row) {
    float most = 0;
    for (int x = 0; x < SELVAGE_TILE; x++) {
        const float size = __builtin_fabsf(row[x]);
        most = size > most ? size : most;
    }
    return most;
}

/// What the pilots come to at the shifts of one row.
INLINE void pilot_row_of(
    const float *real, const float *imaginary, int pilots, const float *circles, int y,
    float *row) {
    memset(row, 0, SELVAGE_TILE * sizeof(float));
    for (int k = 0; k < pilots; k++) {
        const float *circle = circles + (size_t)k * 4 * SELVAGE_TILE;
        const float c = circle[2 * SELVAGE_TILE + y], s = circle[3 * SELVAGE_TILE + y];
        const float re = real[k] * c - imaginary[k] * s, im = real[k] * s + imaginary[k] * c;
        add_wave(re, im, circle, circle + SELVAGE_TILE, SELVAGE_TILE, row);
    }
}

/// Takes over a row's peak where it is further from zero than what was found before.
INLINE void take_peak(const float *row, float peak, int y, selvage_shift *best) {
    if (peak <= __builtin_fabsf(best->score)) return;
    for (int x = 0; x < SELVAGE_TILE; x++)
        if (__builtin_fabsf(row[x]) > __builtin_fabsf(best->score))
            *best = (selvage_shift){row[x], x, y};
}

INLINE selvage_shift pilot_shift(
    const float *real, const float *imaginary, int pilots, const float *circles) {
    // Every second row; then those beside the rows that had the most. A pilot of 38 cycles turns by
    // a sixth from row to row, so a peak between two of them shows in both.
    enum { KEPT = 6 };
    selvage_shift best = {0, 0, 0};
    float row[SELVAGE_TILE], peaks[SELVAGE_TILE / 2];
    for (int y = 0; y < SELVAGE_TILE; y += 2) {
        pilot_row_of(real, imaginary, pilots, circles, y, row);
        peaks[y / 2] = furthest(row);
        take_peak(row, peaks[y / 2], y, &best);
    }
    for (int kept = 0; kept < KEPT; kept++) {
        int top = 0;
        for (int i = 1; i < SELVAGE_TILE / 2; i++)
            if (peaks[i] > peaks[top]) top = i;
        peaks[top] = -1;
        for (int side = -1; side <= 1; side += 2) {
            const int y = (2 * top + side) & (SELVAGE_TILE - 1);
            pilot_row_of(real, imaginary, pilots, circles, y, row);
            take_peak(row, furthest(row), y, &best);
        }
    }
    return best;
}

AVX2 static selvage_shift pilot_shift_avx2(
    const float *real, const float *imaginary, int pilots, const float *circles) {
    return pilot_shift(real, imaginary, pilots, circles);
}
static selvage_shift pilot_shift_portable(
    const float *real, const float *imaginary, int pilots, const float *circles) {
    return pilot_shift(real, imaginary, pilots, circles);
}
static selvage_shift run_shift(
    const float *real, const float *imaginary, int pilots, const float *circles) {
    DISPATCH(pilot_shift, real, imaginary, pilots, circles);
}

static float cosines[SELVAGE_TILE], sines[SELVAGE_TILE];

// Before main, so that no two threads fill the tables at once.
__attribute__((constructor)) static void prepare(void) {
    round_tile(1, SELVAGE_TILE, cosines, sines);
}

selvage_shift selvage_pilot_shift(
    const int32_t *across, const int32_t *down, const float *real, const float *imaginary,
    int pilots) {
    enum { MOST = 32, WRAP = SELVAGE_TILE - 1 };
    float circles[MOST * 4 * SELVAGE_TILE];
    if (pilots > MOST) pilots = MOST;
    for (int k = 0; k < pilots; k++) {
        float *circle = circles + (size_t)k * 4 * SELVAGE_TILE;
        for (int i = 0; i < SELVAGE_TILE; i++) {
            const int a = (across[k] * i) & WRAP, b = (down[k] * i) & WRAP;
            circle[i] = cosines[a], circle[SELVAGE_TILE + i] = sines[a];
            circle[2 * SELVAGE_TILE + i] = cosines[b], circle[3 * SELVAGE_TILE + i] = sines[b];
        }
    }
    return run_shift(real, imaginary, pilots, circles);
}

selvage_shift selvage_pilot_drift(
    const int32_t *across, const int32_t *down, const float *real, const float *imaginary,
    int pilots, int reach) {
    selvage_shift best = {-1e30f, 0, 0};
    for (int y = -reach; y <= reach; y++)
        for (int x = -reach; x <= reach; x++) {
            float sum = 0;
            for (int k = 0; k < pilots; k++) {
                const int angle = (2 * (across[k] * x + down[k] * y)) & (SELVAGE_TILE - 1);
                sum += real[k] * cosines[angle] - imaginary[k] * sines[angle];
            }
            if (sum > best.score) best = (selvage_shift){sum, x, y};
        }
    return best;
}

/// One row of a tile: the harmonics down are summed first, then those across.
INLINE void synthesise_row(
    const float *real, const float *imaginary, int most, int side, int y, const float *cosines,
    const float *sines, float *row) {
    const int wide = 2 * most + 1;
    memset(row, 0, (size_t)side * sizeof(float));
    for (int u = 0; u <= most; u++) {
        float re = 0, im = 0;
        for (int v = -most; v <= most; v++) {
            const int k = (int)(((long)v * y % side + side) % side);
            const float a = real[u * wide + v + most], b = imaginary[u * wide + v + most];
            re += a * cosines[side + k] - b * sines[side + k];
            im += a * sines[side + k] + b * cosines[side + k];
        }
        add_wave(re, im, cosines + (size_t)u * side, sines + (size_t)u * side, side, row);
    }
}

INLINE void synthesise(
    const float *real, const float *imaginary, int most, int side, const float *cosines,
    const float *sines, float *tile) {
    for (int y = 0; y < side; y++)
        synthesise_row(
            real, imaginary, most, side, y, cosines, sines, tile + (size_t)y * side);
}

AVX2 static void synthesise_avx2(
    const float *real, const float *imaginary, int most, int side, const float *cosines,
    const float *sines, float *tile) {
    synthesise(real, imaginary, most, side, cosines, sines, tile);
}
static void synthesise_portable(
    const float *real, const float *imaginary, int most, int side, const float *cosines,
    const float *sines, float *tile) {
    synthesise(real, imaginary, most, side, cosines, sines, tile);
}
static void run_synthesis(
    const float *real, const float *imaginary, int most, int side, const float *cosines,
    const float *sines, float *tile) {
    DISPATCH(synthesise, real, imaginary, most, side, cosines, sines, tile);
}

int selvage_synthesise(
    const float *real, const float *imaginary, int most, int side, float *tile) {
    const size_t room = (size_t)(most + 1) * side;
    float *cosines = floats(2 * room);
    if (!cosines) return 0;
    for (int u = 0; u <= most; u++)
        round_tile(u, side, cosines + (size_t)u * side, cosines + room + (size_t)u * side);
    run_synthesis(real, imaginary, most, side, cosines, cosines + room, tile);
    free(cosines);
    return 1;
}

void selvage_read_tile(
    const float *tile, int side, const selvage_map *map, int x, int y, int count, float *values) {
    walk at = walk_from(map, x, y, count);
    for (int i = 0; i < count; i++) {
        const double scale = side / turn;
        const float across = (float)(at.across * scale), down = (float)(at.down * scale);
        const int left = (int)across & (side - 1), top = (int)down & (side - 1);
        const int right = (left + 1) & (side - 1), bottom = (top + 1) & (side - 1);
        const float fx = across - (int)across, fy = down - (int)down;
        const float *upper = tile + (size_t)top * side, *lower = tile + (size_t)bottom * side;
        const float above = upper[left] + fx * (upper[right] - upper[left]);
        const float below = lower[left] + fx * (lower[right] - lower[left]);
        values[i] = above + fy * (below - above);
        at.across += (uint32_t)at.across_step, at.down += (uint32_t)at.down_step;
    }
}
