// Hamming distances of 256-bit hashes, by the best instructions that the processor has.

#include "include/CKernels.h"

typedef void kernel(const uint64_t *, const uint64_t *, size_t, uint16_t *);

// One body; each target's wrapper lets the compiler use its population counts.
static inline __attribute__((always_inline)) void body(
    const uint64_t *restrict query, const uint64_t *restrict hashes, size_t count,
    uint16_t *restrict distances) {
    const uint64_t a = query[0], b = query[1], c = query[2], d = query[3];
    for (size_t index = 0; index < count; index++) {
        const uint64_t *hash = hashes + 4 * index;
        distances[index] = (uint16_t)(
            __builtin_popcountll(a ^ hash[0]) + __builtin_popcountll(b ^ hash[1]) +
            __builtin_popcountll(c ^ hash[2]) + __builtin_popcountll(d ^ hash[3]));
    }
}

static void portable(const uint64_t *q, const uint64_t *h, size_t n, uint16_t *d) {
    body(q, h, n, d);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static void with_popcnt(
    const uint64_t *q, const uint64_t *h, size_t n, uint16_t *d) {
    body(q, h, n, d);
}

__attribute__((target("popcnt,avx2"))) static void with_avx2(
    const uint64_t *q, const uint64_t *h, size_t n, uint16_t *d) {
    body(q, h, n, d);
}

__attribute__((target("popcnt,avx2,avx512f,avx512vl,avx512bw,avx512dq,avx512vpopcntdq"))) static void
with_avx512(const uint64_t *q, const uint64_t *h, size_t n, uint16_t *d) {
    body(q, h, n, d);
}
#endif

typedef struct {
    const char *name;
    kernel *run;
} choice;

/// The n-th kernel, the best last; one without a function cannot run here.
static choice kernel_at(int index) {
    choice none = {"", 0};
    if (index == 0) return (choice){"portable", portable};
#if defined(__x86_64__)
    if (index == 1 && __builtin_cpu_supports("popcnt")) return (choice){"popcnt", with_popcnt};
    if (index == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
        return (choice){"avx2", with_avx2};
    if (index == 3 && __builtin_cpu_supports("avx512vpopcntdq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq"))
        return (choice){"avx512vpopcntdq", with_avx512};
#endif
    return none;
}

static choice best_kernel(void) {
    choice best = kernel_at(0);
    for (int index = 1; index < SELVAGE_HAMMING_KERNELS; index++) {
        choice next = kernel_at(index);
        if (next.run) best = next;
    }
    return best;
}

static choice chosen;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    chosen = best_kernel();
}

void selvage_hamming_distances(
    const uint64_t *query, const uint64_t *hashes, size_t count, uint16_t *distances) {
    chosen.run(query, hashes, count, distances);
}

const char *selvage_hamming_kernel(void) { return chosen.name; }

int selvage_hamming_distances_by(
    int kernel, const uint64_t *query, const uint64_t *hashes, size_t count, uint16_t *distances) {
    choice one = kernel_at(kernel);
    if (!one.run) return 0;
    one.run(query, hashes, count, distances);
    return 1;
}
