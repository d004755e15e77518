// How the likest of a query are kept, for the kernels that search descriptors and codes.

#ifndef SELVAGE_RANKING_H
#define SELVAGE_RANKING_H

#include "include/CSearch.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,popcnt")))
#endif

#define INLINE static inline __attribute__((always_inline))

/// The least product that would still be kept for a query.
INLINE int32_t bound_of(const selvage_ranking *ranking, uint32_t query) {
    if (ranking->counts[query] < ranking->most) return ranking->least;
    return ranking->products[(size_t)query * (size_t)ranking->most + (size_t)ranking->most - 1] + 1;
}

static inline void keep(
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
static inline int32_t keep_lanes(
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

#if defined(__x86_64__)
/// The most that are kept in one register, and how many blocks ahead memory is asked for.
enum { IN_REGISTER = 8, AHEAD = 4 };

/// The likest of a query in a register: product and place in one number, falling; 0 where none is.
VNNI static inline __m512i eight_of(const selvage_ranking *ranking, uint32_t query) {
    const size_t start = (size_t)query * (size_t)ranking->most;
    const __mmask8 known = (__mmask8)((1u << ranking->counts[query]) - 1);
    const __m256i products = _mm256_maskz_loadu_epi32(known, ranking->products + start);
    const __m256i places = _mm256_maskz_loadu_epi32(known, ranking->places + start);
    return _mm512_or_si512(
        _mm512_slli_epi64(_mm512_cvtepu32_epi64(products), 32), _mm512_cvtepu32_epi64(places));
}

VNNI static inline void put_eight(const selvage_ranking *ranking, uint32_t query, __m512i eight) {
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
VNNI INLINE int32_t keep_in_register(
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

#endif

#endif
