// The steps of PDQ, in exactly the order of additions that the reference library has.
//
// Hashes of flat or strictly periodic pictures hang on the last bits of these sums, so nothing here
// may be reassociated, contracted or multiplied by a reciprocal. Speed comes from what lies side by
// side: sixteen rows share a running sum along, sixteen columns one down, and squares of sixteen
// are turned between the two in registers. Each processor gets the same steps in its own words.

#include "include/CKernels.h"

#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

enum { SIDE = 64, PART = 16, GROUP = 16 };

/// One sample of each of GROUP rows, or of GROUP columns.
typedef float lanes __attribute__((vector_size(GROUP * sizeof(float))));
/// The same where samples begin at any place.
typedef float loose __attribute__((vector_size(GROUP * sizeof(float)), aligned(4)));

/// One box filter along an axis: its window, and how many samples each output averages.
typedef struct {
    size_t length;
    size_t window;
    size_t ahead;  // samples after its own that an output needs
    float *counts;
    size_t places[SIDE];  // outputs that are sampled in the end
} axis;

/// Everything that one picture needs while it is shrunk.
typedef struct {
    axis across, down;
    size_t stride;              // the width, filled up to whole groups
    size_t top;                 // the row below those that were taken
    lanes *before, *after;      // GROUP rows side by side, along the width
    float *rows;                // GROUP rows one below the other
    float *sums, *ring;         // first pass down: running sums, and the rows in its window
    float *narrow;              // second pass down: SIDE running sums, then the rows in its window
    size_t narrowed, sampled;   // rows that the second pass has taken; those it has written
    float *samples;
} shrinking;

// The window is half the distance of samples, rounded up, since the filter is applied twice.
static int prepare(axis *one, size_t length) {
    one->length = length;
    one->window = (length + 2 * SIDE - 1) / (2 * SIDE);
    one->ahead = (one->window + 2) / 2 - 1;
    one->counts = malloc(length * sizeof(float));
    if (!one->counts) return 0;
    for (size_t output = 0; output < length; output++) {
        size_t end = output + one->ahead + 1;
        size_t first = end > one->window ? end - one->window : 0;
        one->counts[output] = (float)((end < length ? end : length) - first);
    }
    // Samples are taken at centres, not corners.
    for (int place = 0; place < SIDE; place++)
        one->places[place] = (size_t)(((place + 0.5) * (double)length) / SIDE);
    return 1;
}

// The reference weighs in double precision and rounds the sum to single. The weights are whole
// thousandths, and for each of the 2^24 colours one rounded division gives the same sample.
INLINE void luma(const uint8_t *restrict pixels, float *restrict out, size_t width) {
    for (size_t x = 0; x < width; x++) {
        const uint8_t *pixel = pixels + 3 * x;
        out[x] = (float)(299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000.0f;
    }
}

#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define LOW(a, b) MIX(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH(a, b) MIX(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW_PAIRS(a, b) MIX(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH_PAIRS(a, b) MIX(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EVEN_FOURS(a, b) MIX(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD_FOURS(a, b) MIX(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)

/// Exchanges the rows and columns of a square; each step moves what lies in one register's reach.
INLINE void turn(lanes *restrict square) {
    lanes other[GROUP];
#pragma clang loop unroll(full)
    for (int row = 0; row < GROUP; row += 2) {
        other[row] = LOW(square[row], square[row + 1]);
        other[row + 1] = HIGH(square[row], square[row + 1]);
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < GROUP; row += 4) {
        square[row] = LOW_PAIRS(other[row], other[row + 2]);
        square[row + 1] = HIGH_PAIRS(other[row], other[row + 2]);
        square[row + 2] = LOW_PAIRS(other[row + 1], other[row + 3]);
        square[row + 3] = HIGH_PAIRS(other[row + 1], other[row + 3]);
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < GROUP; row++) {
        const int half = row / 8 * 8, from = half + row % 4;
        other[row] = row % 8 < 4 ? EVEN_FOURS(square[from], square[from + 4])
                                 : ODD_FOURS(square[from], square[from + 4]);
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < 8; row++) {
        square[row] = EVEN_FOURS(other[row], other[row + 8]);
        square[row + 8] = ODD_FOURS(other[row], other[row + 8]);
    }
}

/// Averages along GROUP rows at once; each row's additions keep their order.
INLINE void pass_along(const lanes *restrict in, lanes *restrict out, const axis *one) {
    const size_t n = one->length, window = one->window, ahead = one->ahead;
    const float *restrict counts = one->counts;
    lanes sums = {0};
    size_t read = 0;
    for (; read < ahead; read++) sums += in[read];
    for (; read < window; read++) {
        sums += in[read];
        out[read - ahead] = sums / counts[read - ahead];
    }
    for (; read < n; read++) {
        sums += in[read];
        sums -= in[read - window];
        out[read - ahead] = sums / counts[read - ahead];
    }
    for (; read < n + ahead; read++) {
        sums -= in[read - window];
        out[read - ahead] = sums / counts[read - ahead];
    }
}

/// The same averages, at the sampled places only.
INLINE void sample_along(const lanes *restrict in, lanes *restrict out, const axis *one) {
    const size_t n = one->length, window = one->window;
    lanes sums = {0};
    size_t read = 0;
    for (int place = 0; place < SIDE; place++) {
        const size_t end = one->places[place] + one->ahead + 1;
        for (; read < end && read < window; read++) sums += in[read];
        for (; read < end && read < n; read++) {
            sums += in[read];
            sums -= in[read - window];
        }
        for (; read < end; read++) sums -= in[read - window];
        out[place] = sums / one->counts[one->places[place]];
    }
}

/// The first pass down, through one square of GROUP rows. What lies above and below is zero.
INLINE void pass_down(
    lanes *restrict square, float *restrict sums, float *restrict ring, size_t stride,
    const size_t *slots, const float *counts) {
    turn(square);
    lanes sum = *(const loose *)sums;
    for (int row = 0; row < GROUP; row++) {
        loose *slot = (loose *)(ring + slots[row] * stride);
        sum += square[row];
        sum -= *slot;
        *slot = square[row];
        square[row] = sum / counts[row];
    }
    *(loose *)sums = sum;
    turn(square);
}

/// The second pass takes one row of SIDE averages down, and writes the samples of a sampled row.
INLINE void narrow_down(shrinking *state, const float *row) {
    const axis *down = &state->down;
    const size_t step = state->narrowed++;
    float *restrict sums = state->narrow;
    float *restrict old = sums + SIDE * (1 + step % down->window);
    for (int place = 0; place < SIDE; place++) {
        sums[place] += row[place];
        sums[place] -= old[place];
        old[place] = row[place];
    }
    while (state->sampled < SIDE && down->places[state->sampled] + down->ahead == step) {
        float *out = state->samples + SIDE * state->sampled++;
        for (int place = 0; place < SIDE; place++)
            out[place] = sums[place] / down->counts[step - down->ahead];
    }
}

/// The second pass along GROUP rows, and down with those that the picture has.
INLINE void second_pass(shrinking *state) {
    static const float nothing[SIDE];
    lanes places[SIDE];
    float row[SIDE];
    sample_along(state->before, places, &state->across);
    for (size_t index = 0; index < GROUP; index++) {
        const size_t step = state->top + index;
        if (step < state->down.ahead || step - state->down.ahead >= state->down.length) continue;
        for (int place = 0; place < SIDE; place++) row[place] = places[place][index];
        narrow_down(state, row);
    }
    if (state->narrowed < state->down.length) return;
    // One more step for each row that is still owed.
    while (state->sampled < SIDE) narrow_down(state, nothing);
}

/// Takes GROUP rows through everything; rows below the picture are zero.
INLINE void take_rows(shrinking *state, const uint8_t *pixels) {
    const axis *down = &state->down;
    const size_t width = state->across.length, stride = state->stride;
    size_t slots[GROUP];
    float counts[GROUP];
    for (size_t index = 0; index < GROUP; index++) {
        const size_t step = state->top + index, output = step - down->ahead;
        slots[index] = step % down->window;
        counts[index] = output < down->length ? down->counts[output] : 1;
        if (step < down->length)
            luma(pixels + step * width * 3, state->rows + index * stride, width);
        else
            memset(state->rows + index * stride, 0, width * sizeof(float));
    }
    for (size_t x = 0; x < stride; x += GROUP) {
        for (size_t row = 0; row < GROUP; row++)
            state->before[x + row] = *(const loose *)(state->rows + row * stride + x);
        turn(state->before + x);
    }
    pass_along(state->before, state->after, &state->across);
    for (size_t x = 0; x < stride; x += GROUP) {
        lanes square[GROUP];
        memcpy(square, state->after + x, sizeof square);
        pass_down(square, state->sums + x, state->ring + x, stride, slots, counts);
        memcpy(state->before + x, square, sizeof square);
    }
    second_pass(state);
    state->top += GROUP;
}

INLINE void shrink_all(shrinking *state, const uint8_t *pixels) {
    const size_t width = state->across.length;
    if (width == SIDE && state->down.length == SIDE) {
        luma(pixels, state->samples, SIDE * SIDE);
    } else {
        while (state->top < state->down.length + state->down.ahead) take_rows(state, pixels);
    }
}

typedef void shrinker(shrinking *, const uint8_t *);

static void portable(shrinking *state, const uint8_t *pixels) { shrink_all(state, pixels); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void with_avx2(shrinking *state, const uint8_t *pixels) {
    shrink_all(state, pixels);
}

__attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi"))) static void
with_avx512(shrinking *state, const uint8_t *pixels) {
    shrink_all(state, pixels);
}
#endif

/// The n-th kernel, the best last; null when this processor cannot run it.
static shrinker *kernel_at(int index) {
    if (index == 0) return portable;
#if defined(__x86_64__)
    if (index == 1 && __builtin_cpu_supports("avx2")) return with_avx2;
    if (index == 2 && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return with_avx512;
#endif
    return NULL;
}

static shrinker *chosen;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int index = 0; index < SELVAGE_PDQ_KERNELS; index++) {
        shrinker *next = kernel_at(index);
        if (next) chosen = next;
    }
}

static int make_room(shrinking *state, size_t width, size_t height) {
    const size_t stride = (width + GROUP - 1) / GROUP * GROUP;
    state->stride = stride;
    if (!prepare(&state->across, width) || !prepare(&state->down, height)) return 0;
    state->before = aligned_alloc(sizeof(lanes), stride * sizeof(lanes));
    state->after = aligned_alloc(sizeof(lanes), stride * sizeof(lanes));
    state->rows = calloc(stride, GROUP * sizeof(float));
    state->sums = calloc(stride, sizeof(float));
    state->ring = calloc(stride, state->down.window * sizeof(float));
    state->narrow = calloc(SIDE, (1 + state->down.window) * sizeof(float));
    if (!state->before || !state->after || !state->rows || !state->sums || !state->ring ||
        !state->narrow)
        return 0;
    memset(state->after, 0, stride * sizeof(lanes));
    return 1;
}

static int shrink_by(
    shrinker *run, const uint8_t *pixels, size_t width, size_t height, float *samples) {
    shrinking state = {.samples = samples};
    const int fine = make_room(&state, width, height);
    if (fine) run(&state, pixels);
    free(state.across.counts);
    free(state.down.counts);
    free(state.before);
    free(state.after);
    free(state.rows);
    free(state.sums);
    free(state.ring);
    free(state.narrow);
    return fine;
}

int selvage_pdq_shrink(
    int kernel, const uint8_t *pixels, size_t width, size_t height, float *samples) {
    shrinker *run = kernel < 0 ? chosen : kernel_at(kernel);
    return run ? shrink_by(run, pixels, width, height, samples) : 0;
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

/// One step's share of the quality: whole hundredths of the range, cut towards zero.
static int gradient(float left, float right) {
    const int step = (int)((left - right) * 100 / 255);
    return step < 0 ? -step : step;
}

int selvage_pdq_quality(const float *samples) {
    int sum = 0;
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            const float *here = samples + row * SIDE + column;
            if (row + 1 < SIDE) sum += gradient(*here, here[SIDE]);
            if (column + 1 < SIDE) sum += gradient(*here, here[1]);
        }
    // The reference's constant; it is a rule of thumb.
    return sum / 90 < 100 ? sum / 90 : 100;
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
