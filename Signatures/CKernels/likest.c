// The likest of many 64-byte descriptors in blocks of 16, by the best instructions of the processor.

#include <string.h>

#include "ranking.h"

/// Queries that are held against a block while it is in the registers.
enum { TOGETHER = 8, PARTS = 16 };

/// Some queries and the list that they are held against.
typedef struct {
    const uint8_t *bytes[TOGETHER];
    uint32_t numbers[TOGETHER];
    const uint8_t *blocks;
    size_t count;
    uint32_t first;
    const selvage_ranking *ranking;
} group;

static void portable_group(const group *one, int size) {
    const size_t blocks = (one->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *at = one->blocks + block * SELVAGE_BLOCK_BYTES;
        for (int query = 0; query < size; query++) {
            int32_t sums[SELVAGE_BLOCK] = {0};
            for (int part = 0; part < PARTS; part++)
                for (int lane = 0; lane < SELVAGE_BLOCK; lane++)
                    for (int i = 0; i < 4; i++)
                        sums[lane] += one->bytes[query][4 * part + i] * at[part * 64 + lane * 4 + i];
            keep_lanes(
                one->ranking, one->numbers[query], one->first + (uint32_t)(block * SELVAGE_BLOCK),
                lanes_of(block, one->count), sums);
        }
    }
}

#if defined(__x86_64__)
AVX2 static void avx2_group(const group *one, int size) {
    const size_t blocks = (one->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    const __m256i ones = _mm256_set1_epi16(1);
    int32_t bounds[TOGETHER];
    for (int query = 0; query < size; query++)
        bounds[query] = bound_of(one->ranking, one->numbers[query]);
    for (size_t block = 0; block < blocks; block++) {
        const __m256i *at = (const __m256i *)(one->blocks + block * SELVAGE_BLOCK_BYTES);
        for (int query = 0; query < size; query++) {
            __m256i low = _mm256_setzero_si256(), high = low;
            for (int part = 0; part < PARTS; part++) {
                int32_t bytes;
                memcpy(&bytes, one->bytes[query] + 4 * part, 4);
                const __m256i four = _mm256_set1_epi32(bytes);
                // Two products of bytes up to 127 fit in 16 bits.
                const __m256i a = _mm256_maddubs_epi16(four, _mm256_loadu_si256(at + 2 * part));
                const __m256i b =
                    _mm256_maddubs_epi16(four, _mm256_loadu_si256(at + 2 * part + 1));
                low = _mm256_add_epi32(low, _mm256_madd_epi16(a, ones));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(b, ones));
            }
            const __m256i bound = _mm256_set1_epi32(bounds[query] - 1);
            const __m256i lower = _mm256_cmpgt_epi32(low, bound);
            const __m256i upper = _mm256_cmpgt_epi32(high, bound);
            if (_mm256_testz_si256(lower, lower) && _mm256_testz_si256(upper, upper)) continue;
            const unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(lower)) |
                                  (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(upper)) << 8;
            int32_t lanes[SELVAGE_BLOCK];
            _mm256_storeu_si256((__m256i *)lanes, low);
            _mm256_storeu_si256((__m256i *)lanes + 1, high);
            bounds[query] = keep_lanes(
                one->ranking, one->numbers[query], one->first + (uint32_t)(block * SELVAGE_BLOCK),
                mask & lanes_of(block, one->count), lanes);
        }
    }
}

/// `size` is a constant where this is written out, so that the sums stay in registers.
VNNI INLINE void vnni_some(const group *one, const int size) {
    const size_t blocks = (one->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    const int fits = one->ranking->most <= IN_REGISTER;
    int32_t parts[PARTS][TOGETHER], bounds[TOGETHER];
    __m512i likest[TOGETHER];
    for (int query = 0; query < size; query++) {
        bounds[query] = bound_of(one->ranking, one->numbers[query]);
        if (fits) likest[query] = eight_of(one->ranking, one->numbers[query]);
        for (int part = 0; part < PARTS; part++)
            memcpy(&parts[part][query], one->bytes[query] + 4 * part, 4);
    }
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *at = one->blocks + block * SELVAGE_BLOCK_BYTES;
        // A processor fetches ahead within a page only, and lists are in memory rather than in caches.
        const size_t ahead = block + AHEAD < blocks ? AHEAD * SELVAGE_BLOCK_BYTES : 0;
        __m512i sums[TOGETHER];
#pragma clang loop unroll(full)
        for (int query = 0; query < size; query++) sums[query] = _mm512_setzero_si512();
#pragma clang loop unroll(full)
        for (int part = 0; part < PARTS; part++) {
            const __m512i bytes = _mm512_loadu_si512(at + 64 * part);
            _mm_prefetch((const char *)at + ahead + 64 * part, _MM_HINT_T0);
#pragma clang loop unroll(full)
            for (int query = 0; query < size; query++)
                sums[query] = _mm512_dpbusd_epi32(
                    sums[query], bytes, _mm512_set1_epi32(parts[part][query]));
        }
#pragma clang loop unroll(full)
        for (int query = 0; query < size; query++) {
            const unsigned mask =
                _mm512_cmpge_epi32_mask(sums[query], _mm512_set1_epi32(bounds[query]));
            if (__builtin_expect(mask == 0, 1)) continue;
            int32_t lanes[SELVAGE_BLOCK];
            _mm512_storeu_si512(lanes, sums[query]);
            const uint32_t first = one->first + (uint32_t)(block * SELVAGE_BLOCK);
            const unsigned held = mask & lanes_of(block, one->count);
            bounds[query] = fits
                ? keep_in_register(
                      &likest[query], one->ranking, bounds[query], first, held, lanes)
                : keep_lanes(one->ranking, one->numbers[query], first, held, lanes);
        }
    }
    for (int query = 0; query < size; query++)
        if (fits) put_eight(one->ranking, one->numbers[query], likest[query]);
}

VNNI static void vnni_group(const group *one, int size) {
    switch (size) {
    case 1: return vnni_some(one, 1);
    case 2: return vnni_some(one, 2);
    case 3: return vnni_some(one, 3);
    case 4: return vnni_some(one, 4);
    case 5: return vnni_some(one, 5);
    case 6: return vnni_some(one, 6);
    case 7: return vnni_some(one, 7);
    default: return vnni_some(one, 8);
    }
}
#endif

typedef struct {
    const char *name;
    void (*rank)(const group *, int);
} kernel;

static const kernel portable = {"portable", portable_group};
#if defined(__x86_64__)
static const kernel avx2 = {"avx2", avx2_group};
static const kernel avx512vnni = {"avx512vnni", vnni_group};
#endif

/// The n-th kernel, the best last; null when this processor cannot run it.
static const kernel *kernel_at(int index) {
    if (index == 0) return &portable;
#if defined(__x86_64__)
    if (index == 1 && __builtin_cpu_supports("avx2")) return &avx2;
    if (index == 2 && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return &avx512vnni;
#endif
    return NULL;
}

static int chosen;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int index = 0; index < SELVAGE_SEARCH_KERNELS; index++)
        if (kernel_at(index)) chosen = index;
}

int selvage_best_search_kernel(void) { return chosen; }

const char *selvage_search_kernel(int index) {
    const kernel *one = kernel_at(index < 0 ? chosen : index);
    return one ? one->name : NULL;
}

void selvage_rank(
    int index, const uint8_t *queries, const uint32_t *asking, size_t asking_count,
    const uint8_t *blocks, size_t count, uint32_t first, const selvage_ranking *ranking) {
    const kernel *one = kernel_at(index < 0 ? chosen : index);
    if (!one || count == 0) return;
    for (size_t start = 0; start < asking_count; start += TOGETHER) {
        const size_t rest = asking_count - start;
        const int size = rest < TOGETHER ? (int)rest : TOGETHER;
        group some = {.blocks = blocks, .count = count, .first = first, .ranking = ranking};
        for (int i = 0; i < size; i++) {
            some.numbers[i] =
                asking ? asking[start + (size_t)i] : (uint32_t)(start + (size_t)i);
            some.bytes[i] = queries + (size_t)some.numbers[i] * 64;
        }
        one->rank(&some, size);
    }
}
