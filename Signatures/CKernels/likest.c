// The likest of many 64-byte descriptors in blocks of 16, by the best instructions of the processor.

#include "include/CSearch.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/// Queries that are held against a block while it is in the registers.
enum { TOGETHER = 8, PARTS = 16 };

/// The least product that would still be kept for a query.
INLINE int32_t bound_of(const selvage_ranking *ranking, uint32_t query) {
    if (ranking->counts[query] < ranking->most) return ranking->least;
    return ranking->products[(size_t)query * (size_t)ranking->most + (size_t)ranking->most - 1] + 1;
}

static void keep(
    const selvage_ranking *ranking, uint32_t query, uint32_t place, int32_t product) {
    const size_t start = (size_t)query * (size_t)ranking->most;
    uint32_t *places = ranking->places + start;
    int32_t *products = ranking->products + start;
    int at = ranking->counts[query];
    if (at == ranking->most)
        at--;
    else
        ranking->counts[query]++;
    for (; at > 0 && products[at - 1] < product; at--) {
        products[at] = products[at - 1];
        places[at] = places[at - 1];
    }
    products[at] = product;
    places[at] = place;
}

/// Keeps the lanes of a mask that are like enough; returns the bound from then on.
static int32_t keep_lanes(
    const selvage_ranking *ranking, uint32_t query, uint32_t first, unsigned mask,
    const int32_t *products) {
    int32_t bound = bound_of(ranking, query);
    for (; mask; mask &= mask - 1) {
        const int lane = __builtin_ctz(mask);
        if (products[lane] < bound) continue;
        keep(ranking, query, first + (uint32_t)lane, products[lane]);
        bound = bound_of(ranking, query);
    }
    return bound;
}

/// The lanes of a block that hold descriptors of the list.
INLINE unsigned lanes_of(size_t block, size_t count) {
    const size_t rest = count - block * SELVAGE_BLOCK;
    return rest >= SELVAGE_BLOCK ? 0xffffu : (1u << rest) - 1;
}

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
#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,popcnt")))

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

/// The most that are kept in one register, and how many blocks ahead memory is asked for.
enum { IN_REGISTER = 8, AHEAD = 4 };

/// The likest of a query in a register: product and place in one number, falling; 0 where none is.
VNNI static __m512i eight_of(const selvage_ranking *ranking, uint32_t query) {
    const size_t start = (size_t)query * (size_t)ranking->most;
    const __mmask8 known = (__mmask8)((1u << ranking->counts[query]) - 1);
    const __m256i products = _mm256_maskz_loadu_epi32(known, ranking->products + start);
    const __m256i places = _mm256_maskz_loadu_epi32(known, ranking->places + start);
    return _mm512_or_si512(
        _mm512_slli_epi64(_mm512_cvtepu32_epi64(products), 32), _mm512_cvtepu32_epi64(places));
}

VNNI static void put_eight(const selvage_ranking *ranking, uint32_t query, __m512i eight) {
    const size_t start = (size_t)query * (size_t)ranking->most;
    const __m512i products = _mm512_srli_epi64(eight, 32);
    const __mmask8 known = _mm512_test_epi64_mask(products, products);
    _mm256_mask_storeu_epi32(
        ranking->products + start, known, _mm512_cvtepi64_epi32(products));
    _mm256_mask_storeu_epi32(ranking->places + start, known, _mm512_cvtepi64_epi32(eight));
    ranking->counts[query] = (uint8_t)__builtin_popcount(known);
}

/// Keeps the lanes of a mask that are like enough; returns the bound from then on.
///
/// A loop for the place has an end that no processor foresees, and took a tenth of the recognition.
VNNI static int32_t keep_in_register(
    __m512i *eight, const selvage_ranking *ranking, int32_t bound, uint32_t first, unsigned mask,
    const int32_t *products) {
    const unsigned room = (1u << ranking->most) - 1, last = 1u << (ranking->most - 1);
    __m512i best = *eight;
    for (; mask; mask &= mask - 1) {
        const int lane = __builtin_ctz(mask);
        if (products[lane] < bound) continue;
        const int64_t product = (int64_t)products[lane] << 32;
        // Behind those that are equal: they were seen first.
        const unsigned before = _mm512_cmpge_epi64_mask(best, _mm512_set1_epi64(product));
        const unsigned place = 1u << __builtin_popcount(before);
        best = _mm512_mask_expand_epi64(
            _mm512_set1_epi64(product | (first + (uint32_t)lane)), (__mmask8)~place, best);
        best = _mm512_maskz_mov_epi64((__mmask8)room, best);
        const __m512i end = _mm512_maskz_compress_epi64((__mmask8)last, best);
        const int32_t least = (int32_t)(_mm_cvtsi128_si64(_mm512_castsi512_si128(end)) >> 32);
        if (least) bound = least + 1;
    }
    *eight = best;
    return bound;
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

static const kernel *chosen;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int index = 0; index < SELVAGE_SEARCH_KERNELS; index++) {
        const kernel *next = kernel_at(index);
        if (next) chosen = next;
    }
}

const char *selvage_search_kernel(int index) {
    const kernel *one = index < 0 ? chosen : kernel_at(index);
    return one ? one->name : NULL;
}

void selvage_rank(
    int index, const uint8_t *queries, const uint32_t *asking, size_t asking_count,
    const uint8_t *blocks, size_t count, uint32_t first, const selvage_ranking *ranking) {
    const kernel *one = index < 0 ? chosen : kernel_at(index);
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
