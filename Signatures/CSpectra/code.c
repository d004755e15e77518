// The Viterbi decoder of the payload's convolutional code.

#include "spectra.h"

enum { STATES = 256, MEMORY = 8 };

enum { HALF = STATES / 2 };

typedef int32_t truths __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef uint8_t choices __attribute__((vector_size(LANES)));

/// The coded bits of half of the registers that end in 0, as +1 for 0 and -1 for 1.
///
/// Every generator takes the newest and the oldest bit, so that a register that differs in one of
/// these has all coded bits turned: half of a quarter of the registers says all.
static void signs_of(const uint32_t generators[3], float signs[3][HALF]) {
    for (int g = 0; g < 3; g++)
        for (uint32_t state = 0; state < HALF; state++)
            signs[g][state] = __builtin_popcount(2 * state & generators[g]) & 1 ? -1 : 1;
}

/// One step: the better of the two ways into each state.
INLINE void step(
    float signs[3][HALF], const float *soft, const float *before, float *restrict after,
    uint8_t *restrict chosen) {
    for (int state = 0; state < HALF; state += LANES) {
        const lane a = *(const loose *)(before + 2 * state);
        const lane b = *(const loose *)(before + 2 * state + LANES);
        const lane even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
        const lane odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
        const lane branch = *(loose *)(signs[0] + state) * soft[0] +
                            *(loose *)(signs[1] + state) * soft[1] +
                            *(loose *)(signs[2] + state) * soft[2];
        for (int top = 0; top < 2; top++) {
            const lane way = top ? -branch : branch;
            const lane first = even + way, second = odd - way;
            const truths better = second > first;
            *(loose *)(after + state + top * HALF) = __builtin_elementwise_max(first, second);
            const choices bits = __builtin_convertvector(better & 1, choices);
            memcpy(chosen + state + top * HALF, &bits, sizeof bits);
        }
    }
}

INLINE void forward(const float *soft, int steps, float signs[3][HALF], uint8_t *chosen) {
    float metrics[2][STATES];
    for (int state = 0; state < STATES; state++) metrics[0][state] = state ? -1e9f : 0;
    for (int at = 0; at < steps; at++)
        step(
            signs, soft + 3 * at, metrics[at & 1], metrics[~at & 1],
            chosen + (size_t)at * STATES);
}

static void forward_portable(
    const float *soft, int steps, float signs[3][HALF], uint8_t *chosen) {
    forward(soft, steps, signs, chosen);
}
AVX2 static void forward_avx2(
    const float *soft, int steps, float signs[3][HALF], uint8_t *chosen) {
    forward(soft, steps, signs, chosen);
}
static void run_forward(const float *soft, int steps, float signs[3][HALF], uint8_t *chosen) {
    DISPATCH(forward, soft, steps, signs, chosen);
}

static void walk_back(const uint8_t *chosen, int steps, uint8_t *bits) {
    int state = 0;
    for (int at = steps - 1; at >= 0; at--) {
        bits[at] = (uint8_t)(state >> (MEMORY - 1));
        state = (2 * state + chosen[(size_t)at * STATES + state]) & (STATES - 1);
    }
}

int selvage_viterbi(const float *soft, int steps, const uint32_t generators[3], uint8_t *bits) {
    uint8_t *chosen = malloc((size_t)steps * STATES);
    if (!chosen) return 0;
    float signs[3][HALF];
    signs_of(generators, signs);
    run_forward(soft, steps, signs, chosen);
    walk_back(chosen, steps, bits);
    free(chosen);
    return 1;
}
