// The steps of PDQ, in exactly the order of additions that the reference library has.
//
// Hashes of flat or strictly periodic pictures hang on the last bits of these sums, so nothing here
// may be reassociated, contracted or multiplied by a reciprocal. Speed comes from what is computed:
// rows stream through a ring, several rows share one loop, and the last passes sum only.

#include "include/CKernels.h"

#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { SIDE = 64, PART = 16, GROUP = 16 };

/// One sample of each of GROUP rows, so that the rows' sums run side by side.
typedef float lanes __attribute__((vector_size(GROUP * sizeof(float))));

/// One box filter along an axis: its window, and how many samples each output averages.
typedef struct {
    size_t length;
    size_t window;
    size_t ahead;  // samples after its own that an output needs
    float *counts;
    size_t places[SIDE];  // outputs that are sampled in the end
} axis;

/// The running filter of a picture's columns: `sums` after the rows seen so far.
typedef struct {
    const axis *rows;
    size_t width;
    size_t seen;  // steps taken, past the last row while it runs out
    float *sums;
    float *ring;
    size_t ring_rows;
} columns;

// The window is half the distance of samples, rounded up, since the filter is applied twice.
static int prepare(axis *one, size_t length) {
    one->length = length;
    one->window = (length + 2 * SIDE - 1) / (2 * SIDE);
    one->ahead = (one->window + 2) / 2 - 1;
    one->counts = malloc(length * sizeof(float));
    if (!one->counts) return 0;
    for (size_t output = 0; output < length; output++) {
        size_t first = output + one->ahead + 1 > one->window ? output + one->ahead + 1 - one->window : 0;
        size_t end = output + one->ahead + 1 < length ? output + one->ahead + 1 : length;
        one->counts[output] = (float)(end - first);
    }
    // Samples are taken at centres, not corners.
    for (int place = 0; place < SIDE; place++)
        one->places[place] = (size_t)(((place + 0.5) * (double)length) / SIDE);
    return 1;
}

/// Running sums along `GROUP` rows at once; each row's additions keep their order.
static void sum_rows(const lanes *restrict in, lanes *restrict out, const axis *one) {
    const size_t n = one->length, window = one->window, ahead = one->ahead;
    lanes sums = {0};
    size_t read = 0;
    for (; read < ahead; read++) sums += in[read];
    for (; read < window; read++) {
        sums += in[read];
        out[read - ahead] = sums;
    }
    for (; read < n; read++) {
        sums += in[read];
        sums -= in[read - window];
        out[read - ahead] = sums;
    }
    for (; read < n + ahead; read++) {
        sums -= in[read - window];
        out[read - ahead] = sums;
    }
}

/// The luma of up to GROUP rows, side by side; the last row stands in for those that are missing.
static void luma_lanes(
    const uint8_t *pixels, size_t rows, size_t width, const double (*weights)[256],
    lanes *restrict luma) {
    for (size_t row = 0; row < GROUP; row++) {
        const uint8_t *pixel = pixels + (row < rows ? row : rows - 1) * width * 3;
        float *lane = (float *)luma + row;
        for (size_t x = 0; x < width; x++, pixel += 3, lane += GROUP)
            *lane = (float)(weights[0][pixel[0]] + weights[1][pixel[1]] + weights[2][pixel[2]]);
    }
}

// The weights of ITU-R BT.601, multiplied in double precision; their sum is rounded once.
static void fill_weights(double (*weights)[256]) {
    for (int value = 0; value < 256; value++) {
        weights[0][value] = value * 0.299;
        weights[1][value] = value * 0.587;
        weights[2][value] = value * 0.114;
    }
}

/// Takes one step down: adds `row` unless the picture has ended, and writes an output row once one
/// is complete. Returns whether it did.
static int step_down(columns *state, const float *row, float *restrict out) {
    const axis *rows = state->rows;
    const size_t width = state->width, step = state->seen++;
    float *restrict sums = state->sums;
    if (step < rows->length)
        for (size_t x = 0; x < width; x++) sums[x] += row[x];
    if (step >= rows->window) {
        const float *old = state->ring + (step - rows->window) % state->ring_rows * width;
        for (size_t x = 0; x < width; x++) sums[x] -= old[x];
    }
    if (step < rows->length)
        memcpy(state->ring + step % state->ring_rows * width, row, width * sizeof(float));
    if (step < rows->ahead) return 0;
    const float count = rows->counts[step - rows->ahead];
    for (size_t x = 0; x < width; x++) out[x] = sums[x] / count;
    return 1;
}

static int prepare_columns(columns *state, const axis *rows, size_t width) {
    state->rows = rows;
    state->width = width;
    state->seen = 0;
    state->ring_rows = rows->window + 1;
    state->sums = calloc(width, sizeof(float));
    state->ring = malloc(width * state->ring_rows * sizeof(float));
    return state->sums && state->ring;
}

/// Everything that one picture needs while it is shrunk.
typedef struct {
    axis across, down;
    columns first, second;
    double weights[3][256];
    lanes *luma, *sums;  // GROUP rows side by side
    float *rows, *done;  // GROUP rows one below the other
    size_t waiting;             // rows in `done`
    size_t sampled;             // sampled rows written so far
    float *samples;
} shrinking;

/// The second pass along the rows that wait, at the sampled columns only, then down.
static void second_pass(shrinking *state) {
    const size_t width = state->across.length;
    // The first pass has no more use for these when the second one begins.
    for (size_t row = 0; row < GROUP; row++) {
        const float *from = state->done + row * width;
        float *lane = (float *)state->luma + row;
        for (size_t x = 0; x < width; x++) lane[x * GROUP] = from[x];
    }
    sum_rows(state->luma, state->sums, &state->across);
    for (size_t row = 0; row < state->waiting; row++) {
        float narrow[SIDE], out[SIDE];
        for (int place = 0; place < SIDE; place++) {
            size_t at = state->across.places[place];
            narrow[place] = state->sums[at][row] / state->across.counts[at];
        }
        // One more step after the last row for each row that is still owed.
        size_t steps = state->second.seen + 1 == state->down.length ? 1 + state->down.ahead : 1;
        while (steps-- > 0) {
            if (!step_down(&state->second, narrow, out)) continue;
            size_t output = state->second.seen - 1 - state->down.ahead;
            while (state->sampled < SIDE && state->down.places[state->sampled] == output)
                memcpy(state->samples + SIDE * state->sampled++, out, sizeof out);
        }
    }
    state->waiting = 0;
}

static void down_and_collect(shrinking *state, const float *row) {
    float *out = state->done + state->waiting * state->across.length;
    if (step_down(&state->first, row, out)) state->waiting += 1;
    if (state->waiting == GROUP) second_pass(state);
}

static void first_pass(shrinking *state, const uint8_t *pixels) {
    const size_t width = state->across.length, height = state->down.length;
    for (size_t top = 0; top < height; top += GROUP) {
        const size_t rows = height - top < GROUP ? height - top : GROUP;
        luma_lanes(pixels + top * width * 3, rows, width, state->weights, state->luma);
        sum_rows(state->luma, state->sums, &state->across);
        for (size_t x = 0; x < width; x++) state->sums[x] /= state->across.counts[x];
        for (size_t row = 0; row < GROUP; row++) {
            const float *lane = (const float *)state->sums + row;
            float *to = state->rows + row * width;
            for (size_t x = 0; x < width; x++) to[x] = lane[x * GROUP];
        }
        for (size_t row = 0; row < rows; row++) down_and_collect(state, state->rows + row * width);
    }
    for (size_t owed = 0; owed < state->down.ahead; owed++) down_and_collect(state, state->rows);
    if (state->waiting > 0) second_pass(state);
}

static int shrink(shrinking *state, const uint8_t *pixels, size_t width, size_t height) {
    const size_t room = width * sizeof(lanes);
    state->luma = aligned_alloc(sizeof(lanes), room);
    state->sums = aligned_alloc(sizeof(lanes), room);
    state->rows = malloc(room);
    state->done = calloc(1, room);
    if (!prepare(&state->across, width) || !prepare(&state->down, height) ||
        !prepare_columns(&state->first, &state->down, width) ||
        !prepare_columns(&state->second, &state->down, SIDE) || !state->luma || !state->sums ||
        !state->rows || !state->done)
        return 0;
    first_pass(state, pixels);
    return 1;
}

int selvage_pdq_shrink(const uint8_t *pixels, size_t width, size_t height, float *samples) {
    shrinking *state = calloc(1, sizeof *state);
    if (!state) return 0;
    state->samples = samples;
    fill_weights(state->weights);
    int fine = 1;
    if (width == SIDE && height == SIDE) {
        for (size_t place = 0; place < SIDE * SIDE; place++, pixels += 3)
            samples[place] = (float)(state->weights[0][pixels[0]] + state->weights[1][pixels[1]] +
                                     state->weights[2][pixels[2]]);
    } else {
        fine = shrink(state, pixels, width, height);
    }
    free(state->luma);
    free(state->sums);
    free(state->rows);
    free(state->done);
    free(state->across.counts);
    free(state->down.counts);
    free(state->first.sums);
    free(state->first.ring);
    free(state->second.sums);
    free(state->second.ring);
    free(state);
    return fine;
}

void selvage_pdq_transform(const float *samples, const float *matrix, float *coefficients) {
    float half[PART][SIDE], turned[SIDE][PART];
    memset(half, 0, sizeof half);
    memset(coefficients, 0, PART * PART * sizeof(float));
    for (int row = 0; row < PART; row++)
        for (int k = 0; k < SIDE; k++) turned[k][row] = matrix[row * SIDE + k];
    // The sums run over k in order; the lanes lie side by side, so nothing is reassociated.
    for (int row = 0; row < PART; row++)
        for (int k = 0; k < SIDE; k++)
            for (int lane = 0; lane < SIDE; lane++)
                half[row][lane] += matrix[row * SIDE + k] * samples[k * SIDE + lane];
    for (int row = 0; row < PART; row++)
        for (int k = 0; k < SIDE; k++)
            for (int lane = 0; lane < PART; lane++)
                coefficients[row * PART + lane] += half[row][k] * turned[k][lane];
}

/// The value that has exactly `rank` values before it in order; reorders the values.
static float select_rank(float *values, int count, int rank) {
    int low = 0, high = count - 1;
    while (low < high) {
        float pivot = values[(low + high) / 2];
        int left = low, right = high;
        while (left <= right) {
            while (values[left] < pivot) left++;
            while (values[right] > pivot) right--;
            if (left <= right) {
                float held = values[left];
                values[left++] = values[right];
                values[right--] = held;
            }
        }
        if (rank <= right) {
            high = right;
        } else if (rank >= left) {
            low = left;
        } else {
            break;
        }
    }
    return values[rank];
}

void selvage_pdq_bits(const float *coefficients, uint64_t *words) {
    float values[PART * PART];
    memcpy(values, coefficients, sizeof values);
    const float median = select_rank(values, PART * PART, PART * PART / 2 - 1);
    memset(words, 0, 4 * sizeof *words);
    for (int bit = 0; bit < PART * PART; bit++)
        if (coefficients[bit] > median) words[bit / 64] |= (uint64_t)1 << (bit % 64);
}
