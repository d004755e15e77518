// Hamming distances of 256-bit hashes, by the best instructions that the processor has.
//
// A scan within a small radius reads the first 96 bits of each hash only: where those differ in
// more bits than the radius allows, so do all 256. Hashes of unrelated pictures pass with a
// chance of 1 in 2,000 at radius 31, so three eighths of the memory answer nearly every question.

#include "include/CKernels.h"

#include <string.h>

enum { GROUP = SELVAGE_HASH_GROUP, FRONTS = SELVAGE_HASH_FRONTS, RESTS = 8 - FRONTS };

#define INLINE static inline __attribute__((always_inline))

/// The same 32 bits of each hash of a group; then how many of them differ.
typedef uint32_t column __attribute__((vector_size(GROUP * sizeof(uint32_t))));
typedef uint32_t loose __attribute__((vector_size(GROUP * sizeof(uint32_t)), aligned(4)));
typedef uint16_t narrow __attribute__((vector_size(GROUP * sizeof(uint16_t))));

/// Adds, for each hash of a group, how many bits of some columns differ from the query's.
INLINE void add_differing(
    const uint32_t *group, const column *query, int columns, column *restrict sums) {
    for (int part = 0; part < columns; part++) {
        const column bits = *(const loose *)(group + part * GROUP);
        *sums += __builtin_elementwise_popcount(bits ^ query[part]);
    }
}

/// The query, the same in each lane.
INLINE void spread(const uint32_t *query, column *columns) {
    for (int part = 0; part < FRONTS + RESTS; part++) columns[part] = (column){0} + query[part];
}

INLINE void all_distances(
    const uint32_t *fronts, const uint32_t *rests, size_t count, const uint32_t *query,
    uint16_t *distances) {
    column columns[FRONTS + RESTS];
    spread(query, columns);
    for (size_t first = 0; first < count; first += GROUP) {
        column sums = {0};
        add_differing(fronts + first * FRONTS, columns, FRONTS, &sums);
        add_differing(rests + first * RESTS, columns + FRONTS, RESTS, &sums);
        const narrow results = __builtin_convertvector(sums, narrow);
        const size_t wanted = count - first < GROUP ? count - first : GROUP;
        memcpy(distances + first, &results, wanted * sizeof *distances);
    }
}

/// One bit for each lane whose sum is within the radius.
INLINE unsigned lanes_within(const column *sums, uint32_t radius) {
    typedef _Bool bits __attribute__((ext_vector_type(GROUP)));
    const bits near = __builtin_convertvector(*sums <= radius, bits);
    unsigned short result;
    memcpy(&result, &near, sizeof result);
    return result;
}

INLINE size_t within(
    const uint32_t *fronts, const uint32_t *rests, size_t start, size_t end,
    const uint32_t *query, uint32_t radius, uint32_t *places, uint16_t *distances) {
    column columns[FRONTS + RESTS];
    size_t found = 0;
    spread(query, columns);
    for (size_t first = start; first < end; first += GROUP) {
        column sums = {0};
        add_differing(fronts + first * FRONTS, columns, FRONTS, &sums);
        if (__builtin_expect(lanes_within(&sums, radius) == 0, 1)) continue;
        add_differing(rests + first * RESTS, columns + FRONTS, RESTS, &sums);
        for (unsigned near = lanes_within(&sums, radius); near; near &= near - 1) {
            const size_t lane = (size_t)__builtin_ctz(near);
            // The last group may be filled up with hashes that are none.
            if (first + lane >= end) break;
            places[found] = (uint32_t)(first + lane);
            distances[found++] = (uint16_t)sums[lane];
        }
    }
    return found;
}

typedef struct {
    const char *name;
    size_t (*within)(
        const uint32_t *, const uint32_t *, size_t, size_t, const uint32_t *, uint32_t,
        uint32_t *, uint16_t *);
    void (*all)(const uint32_t *, const uint32_t *, size_t, const uint32_t *, uint16_t *);
} kernel;

// One body; each target's copy lets the compiler use that target's population counts.
#define KERNEL(NAME, TARGET)                                                                       \
    TARGET static size_t NAME##_within(                                                            \
        const uint32_t *fronts, const uint32_t *rests, size_t start, size_t end,                   \
        const uint32_t *query, uint32_t radius, uint32_t *places, uint16_t *distances) {           \
        return within(fronts, rests, start, end, query, radius, places, distances);                \
    }                                                                                              \
    TARGET static void NAME##_all(                                                                 \
        const uint32_t *fronts, const uint32_t *rests, size_t count, const uint32_t *query,        \
        uint16_t *distances) {                                                                     \
        all_distances(fronts, rests, count, query, distances);                                     \
    }                                                                                              \
    static const kernel NAME = {#NAME, NAME##_within, NAME##_all};

// On aarch64 the portable body is NEON's: its population count belongs to the base instructions.
KERNEL(portable, )
#if defined(__x86_64__)
KERNEL(avx2, __attribute__((target("avx2,popcnt"))))
KERNEL(avx512vpopcntdq,
       __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512vpopcntdq,popcnt"))))
#endif

/// The n-th kernel, the best last; null when this processor cannot run it.
static const kernel *kernel_at(int index) {
    if (index == 0) return &portable;
#if defined(__x86_64__)
    if (index == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
        return &avx2;
    if (index == 2 && __builtin_cpu_supports("avx512vpopcntdq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("popcnt"))
        return &avx512vpopcntdq;
#endif
    return NULL;
}

static const kernel *chosen;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int index = 0; index < SELVAGE_HAMMING_KERNELS; index++) {
        const kernel *next = kernel_at(index);
        if (next) chosen = next;
    }
}

const char *selvage_hamming_kernel(int index) {
    const kernel *one = index < 0 ? chosen : kernel_at(index);
    return one ? one->name : NULL;
}

size_t selvage_hamming_within(
    int index, const uint32_t *fronts, const uint32_t *rests, size_t start, size_t end,
    const uint32_t *query, uint32_t radius, uint32_t *places, uint16_t *distances) {
    const kernel *one = index < 0 ? chosen : kernel_at(index);
    if (!one) return 0;
    return one->within(fronts, rests, start, end, query, radius, places, distances);
}

void selvage_hamming_distances(
    int index, const uint32_t *fronts, const uint32_t *rests, size_t count, const uint32_t *query,
    uint16_t *distances) {
    const kernel *one = index < 0 ? chosen : kernel_at(index);
    if (one) one->all(fronts, rests, count, query, distances);
}
