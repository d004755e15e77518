// Sign-blind gradient descriptors: blind to inversion, with turns and mirrors as exchanges of cells.

#include "describe.h"

#include "include/CFeatures.h"

#include <math.h>
#include <string.h>

enum { GRID = 16, CELLS = 4, BINS = 18, RING = 15 };

/// A gradient at a place of a plane; outside of a picture there is none.
static inline __attribute__((always_inline)) void gradient(
    const selvage_patch *patch, int x, int y, float *across, float *down) {
    const int width = patch->plane->width, height = patch->plane->height;
    const float *samples = patch->plane->samples;
    if (x >= 1 && y >= 1 && x < width - 1 && y < height - 1) {
        const float *here = samples + (size_t)y * width + x;
        *across = here[1] - here[-1];
        *down = here[width] - here[-width];
        return;
    }
    if (!patch->wraps) {
        *across = *down = 0;
        return;
    }
    x = selvage_border_place(x, width, SELVAGE_WRAP);
    y = selvage_border_place(y, height, SELVAGE_WRAP);
    const int left = x ? x - 1 : width - 1, right = x + 1 < width ? x + 1 : 0;
    const int above = y ? y - 1 : height - 1, below = y + 1 < height ? y + 1 : 0;
    *across = samples[(size_t)y * width + right] - samples[(size_t)y * width + left];
    *down = samples[(size_t)below * width + x] - samples[(size_t)above * width + x];
}

/// Gradients on a square grid of places, turned by an angle.
SELVAGE_CLONES static void sample(
    const selvage_patch *patch, int side, float step, float cosine, float sine,
    float *restrict across, float *restrict down) {
    const float middle = 0.5f * (float)(side - 1);
    const float reach = middle * step * (fabsf(cosine) + fabsf(sine)) + 2;
    const int width = patch->plane->width, height = patch->plane->height;
    if (patch->x >= reach && patch->y >= reach && patch->x + reach < (float)width &&
        patch->y + reach < (float)height) {
        // Nowhere near a border: no place has to be looked at by itself.
        const float *samples = patch->plane->samples, x0 = patch->x, y0 = patch->y;
        int places[GRID * GRID];
        for (int j = 0; j < side; j++) {
            const float v = ((float)j - middle) * step;
            for (int i = 0; i < side; i++) {
                const float u = ((float)i - middle) * step;
                const float x = x0 + cosine * u - sine * v, y = y0 + sine * u + cosine * v;
                // Places are positive, so cutting off rounds down.
                places[j * side + i] = (int)(y + 0.5f) * width + (int)(x + 0.5f);
            }
        }
        // Plain loads: instructions that gather take longer than as many loads on some processors.
#pragma clang loop vectorize(disable)
        for (int i = 0; i < side * side; i++) {
            const float *here = samples + places[i];
            across[i] = here[1] - here[-1];
            down[i] = here[width] - here[-width];
        }
        return;
    }
    for (int j = 0; j < side; j++)
        for (int i = 0; i < side; i++) {
            const float u = ((float)i - middle) * step, v = ((float)j - middle) * step;
            const float x = patch->x + cosine * u - sine * v, y = patch->y + sine * u + cosine * v;
            gradient(
                patch, (int)floorf(x + 0.5f), (int)floorf(y + 0.5f), &across[j * side + i],
                &down[j * side + i]);
        }
}

/// Double angles: a gradient and its opposite point the same way. Lengths stay lengths.
SELVAGE_CLONES static void fold(float *restrict across, float *restrict down, int count) {
    for (int i = 0; i < count; i++) {
        const float x = across[i], y = down[i];
        const float length = SELVAGE_ROOT(x * x + y * y) + 1e-6f;
        across[i] = (x * x - y * y) / length;
        down[i] = 2 * x * y / length;
    }
}

/// The double angle of a direction in bins, 0...BINS; a polynomial, right to a thousandth of a turn.
static inline __attribute__((always_inline)) float turn_of(float a, float b) {
    const float x = fabsf(a), y = fabsf(b);
    const float low = x < y ? x : y, high = x < y ? y : x, t = low / (high + 1e-12f);
    // An eighth of a turn is 0.125; the odd polynomial is of arctangent over a full turn.
    const float square = t * t;
    float turn = t * (0.159155f + square * (-0.052544f + square * (0.028656f - square * 0.010272f)));
    if (y > x) turn = 0.25f - turn;
    if (a < 0) turn = 0.5f - turn;
    if (b < 0) turn = 1 - turn;
    return turn * BINS;
}

static float ring_weights[RING * RING];

SELVAGE_CLONES static void turns_of(
    const float *restrict across, const float *restrict down, float *restrict turns,
    float *restrict weights) {
    for (int i = 0; i < RING * RING; i++) {
        turns[i] = turn_of(across[i], down[i]);
        weights[i] = SELVAGE_ROOT(across[i] * across[i] + down[i] * down[i]);
    }
}

/// A histogram of directions over a round window; `BINS` bins over half a turn.
static void histogram(const selvage_patch *patch, float bins[BINS]) {
    float across[RING * RING], down[RING * RING];
    const float step = 9.0f * patch->blur / RING;
    sample(patch, RING, step, 1, 0, across, down);
    fold(across, down, RING * RING);
    memset(bins, 0, BINS * sizeof(float));
    float turns[RING * RING], weights[RING * RING];
    turns_of(across, down, turns, weights);
    for (int i = 0; i < RING * RING; i++) {
        const int bin = (int)turns[i];
        const float rest = turns[i] - (float)bin, weight = weights[i] * ring_weights[i];
        bins[bin >= BINS ? 0 : bin] += weight * (1 - rest);
        bins[bin + 1 >= BINS ? 0 : bin + 1] += weight * rest;
    }
}

int selvage_directions(const selvage_patch *patch, float angles[2]) {
    float bins[BINS], smooth[BINS], most = 0;
    histogram(patch, bins);
    for (int i = 0; i < BINS; i++) {
        smooth[i] = 0.25f * bins[(i + BINS - 1) % BINS] + 0.5f * bins[i] + 0.25f * bins[(i + 1) % BINS];
        if (smooth[i] > most) most = smooth[i];
    }
    if (most <= 0) {
        angles[0] = 0;
        return 1;
    }
    float heights[2] = {0, 0};
    int count = 0;
    for (int i = 0; i < BINS; i++) {
        const float before = smooth[(i + BINS - 1) % BINS], after = smooth[(i + 1) % BINS];
        if (smooth[i] < 0.8f * most || smooth[i] < before || smooth[i] <= after) continue;
        const float bend = before - 2 * smooth[i] + after;
        const float offset = bend < 0 ? 0.5f * (before - after) / bend : 0;
        float angle = ((float)i + offset) * (float)(M_PI / BINS);
        if (angle < 0) angle += (float)M_PI;
        if (count < 2) {
            heights[count] = smooth[i];
            angles[count++] = angle;
        } else {
            const int lower = heights[0] < heights[1] ? 0 : 1;
            if (smooth[i] > heights[lower]) {
                heights[lower] = smooth[i];
                angles[lower] = angle;
            }
        }
    }
    if (!count) angles[count++] = 0;
    return count;
}

/// How much each sample counts in each cell, along one axis: tents over the cells' middles.
static float shares[CELLS][GRID];
static float round_weights[GRID * GRID];

// Before main, so that no two threads fill them at once.
__attribute__((constructor)) static void fill_weights(void) {
    // The grid spans five cells: half a cell beyond the outer ones.
    for (int c = 0; c < CELLS; c++)
        for (int i = 0; i < GRID; i++) {
            const double place = (i + 0.5) * 5.0 / GRID - 1.0;
            const double weight = 1 - fabs(place - c);
            shares[c][i] = (float)(weight > 0 ? weight : 0);
        }
    for (int j = 0; j < GRID; j++)
        for (int i = 0; i < GRID; i++) {
            const double u = ((i + 0.5) / GRID - 0.5) * 5, v = ((j + 0.5) / GRID - 0.5) * 5;
            round_weights[j * GRID + i] = (float)exp(-(u * u + v * v) / 8);
        }
    // The ring spans nine blurs; its weights fall off with one and a half.
    for (int j = 0; j < RING; j++)
        for (int i = 0; i < RING; i++) {
            const double u = ((i + 0.5) / RING - 0.5) * 6, v = ((j + 0.5) / RING - 0.5) * 6;
            ring_weights[j * RING + i] = (float)exp(-(u * u + v * v) / 2);
        }
}

/// Sums the samples into cells: `cells[row][column][direction]`.
SELVAGE_CLONES static void pool(
    const float *restrict across, const float *restrict down, float cosine, float sine,
    float *restrict cells) {
    float parts[4][GRID * GRID], rows[4][CELLS][GRID];
    for (int i = 0; i < GRID * GRID; i++) {
        const float a = (across[i] * cosine + down[i] * sine) * round_weights[i];
        const float b = (down[i] * cosine - across[i] * sine) * round_weights[i];
        parts[0][i] = a > 0 ? a : 0;
        parts[1][i] = b > 0 ? b : 0;
        parts[2][i] = a < 0 ? -a : 0;
        parts[3][i] = b < 0 ? -b : 0;
    }
    for (int d = 0; d < 4; d++)
        for (int c = 0; c < CELLS; c++) {
            for (int i = 0; i < GRID; i++) rows[d][c][i] = 0;
            for (int j = 0; j < GRID; j++) {
                const float share = shares[c][j];
                if (share > 0)
                    for (int i = 0; i < GRID; i++) rows[d][c][i] += share * parts[d][j * GRID + i];
            }
        }
    for (int d = 0; d < 4; d++)
        for (int r = 0; r < CELLS; r++)
            for (int c = 0; c < CELLS; c++) {
                float sum = 0;
                for (int i = 0; i < GRID; i++) sum += shares[c][i] * rows[d][r][i];
                cells[(r * CELLS + c) * 4 + d] = sum;
            }
}

/// Which halves hold more, so that a mirrored or turned patch gives the same descriptor.
static uint8_t lie(const float *cells) {
    float top = 0, left = 0;
    for (int r = 0; r < CELLS; r++)
        for (int c = 0; c < CELLS; c++) {
            float sum = 0;
            for (int d = 0; d < 4; d++) sum += cells[(r * CELLS + c) * 4 + d];
            top += r < CELLS / 2 ? sum : -sum;
            left += c < CELLS / 2 ? sum : -sum;
        }
    return (uint8_t)((left < 0 ? 1 : 0) | (top < 0 ? 2 : 0));
}

/// Which place of a descriptor comes to a place when columns or rows are exchanged.
static int place_after(int place, uint8_t flip) {
    const int r = place / (CELLS * 4), c = place / 4 % CELLS, d = place % 4;
    const int row = flip & 2 ? CELLS - 1 - r : r, column = flip & 1 ? CELLS - 1 - c : c;
    // One exchange is a mirror, which turns the slanted directions into each other.
    const int direction = (flip == 1 || flip == 2) && (d & 1) ? 4 - d : d;
    return (row * CELLS + column) * 4 + direction;
}

int selvage_variants(
    const uint8_t *descriptor, float share, uint8_t *variants, uint8_t *exchanged) {
    int top = 0, left = 0, all = 1, count = 0;
    for (int i = 0; i < CELLS * CELLS * 4; i++) {
        const int square = descriptor[i] * descriptor[i];
        all += square;
        top += i / (CELLS * 4) < CELLS / 2 ? square : -square;
        left += i / 4 % CELLS < CELLS / 2 ? square : -square;
    }
    const float least = share * (float)all;
    const int columns = fabsf((float)left) < least, rows = fabsf((float)top) < least;
    for (uint8_t flip = 1; flip <= 3; flip++) {
        if ((flip & 1 && !columns) || (flip & 2 && !rows)) continue;
        for (int i = 0; i < CELLS * CELLS * 4; i++)
            variants[count * CELLS * CELLS * 4 + i] = descriptor[place_after(i, flip)];
        exchanged[count++] = flip;
    }
    return count;
}

int selvage_describe(
    const selvage_patch *patch, float angle, uint8_t *descriptor, uint8_t *flips) {
    float across[GRID * GRID], down[GRID * GRID], cells[CELLS * CELLS * 4], sum = 0;
    // A cell is three blurs wide, and the grid five cells.
    sample(patch, GRID, 15.0f * patch->blur / GRID, cosf(angle), sinf(angle), across, down);
    fold(across, down, GRID * GRID);
    pool(across, down, cosf(2 * angle), sinf(2 * angle), cells);
    for (int i = 0; i < CELLS * CELLS * 4; i++) sum += cells[i];
    if (sum < 1e-3f) return 0;
    const uint8_t flip = lie(cells);
    for (int i = 0; i < CELLS * CELLS * 4; i++) {
        const float value = sqrtf(cells[place_after(i, flip)] / sum) * 256;
        descriptor[i] = value > 127 ? 127 : (uint8_t)(value + 0.5f);
    }
    *flips = flip;
    return 1;
}
