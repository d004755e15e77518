// Inner products of 64-byte descriptors in blocks of 16, by the best instructions of the processor.

#include "include/CSearch.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static void portable(const uint8_t *query, const uint8_t *block, int32_t *products) {
    for (int lane = 0; lane < SELVAGE_BLOCK; lane++) {
        int32_t sum = 0;
        for (int part = 0; part < 16; part++)
            for (int i = 0; i < 4; i++)
                sum += query[4 * part + i] * block[part * 64 + lane * 4 + i];
        products[lane] = sum;
    }
}

static size_t search_portable(
    const uint8_t *const *queries, int query_count, const uint8_t *blocks, size_t count,
    int32_t least, selvage_hit *hits, size_t room) {
    size_t found = 0;
    int32_t sums[SELVAGE_BLOCK];
    for (size_t block = 0; block < count; block++)
        for (int query = 0; query < query_count; query++) {
            portable(queries[query], blocks + block * SELVAGE_BLOCK_BYTES, sums);
            for (int lane = 0; lane < SELVAGE_BLOCK; lane++)
                if (sums[lane] >= least && found < room)
                    hits[found++] = (selvage_hit){
                        (uint32_t)query, (uint32_t)(block * SELVAGE_BLOCK) + (uint32_t)lane,
                        sums[lane]};
        }
    return found;
}

#if defined(__x86_64__)
static size_t append(
    selvage_hit *hits, size_t found, size_t room, unsigned mask, int query, size_t block,
    const int32_t *lanes) {
    for (; mask && found < room; mask &= mask - 1) {
        const int lane = __builtin_ctz(mask);
        hits[found++] = (selvage_hit){
            (uint32_t)query, (uint32_t)(block * SELVAGE_BLOCK) + (uint32_t)lane, lanes[lane]};
    }
    return found;
}

__attribute__((target("avx2"))) static size_t search_avx2(
    const uint8_t *const *queries, int query_count, const uint8_t *blocks, size_t count,
    int32_t least, selvage_hit *hits, size_t room) {
    size_t found = 0;
    const __m256i ones = _mm256_set1_epi16(1), bound = _mm256_set1_epi32(least - 1);
    for (size_t block = 0; block < count; block++) {
        const __m256i *at = (const __m256i *)(blocks + block * SELVAGE_BLOCK_BYTES);
        for (int query = 0; query < query_count; query++) {
            __m256i low = _mm256_setzero_si256(), high = low;
            for (int part = 0; part < 16; part++) {
                int32_t bytes;
                memcpy(&bytes, queries[query] + 4 * part, 4);
                const __m256i four = _mm256_set1_epi32(bytes);
                // Two products of bytes up to 127 fit in 16 bits.
                const __m256i a = _mm256_maddubs_epi16(four, _mm256_loadu_si256(at + 2 * part));
                const __m256i b =
                    _mm256_maddubs_epi16(four, _mm256_loadu_si256(at + 2 * part + 1));
                low = _mm256_add_epi32(low, _mm256_madd_epi16(a, ones));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(b, ones));
            }
            const unsigned mask =
                (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(low, bound))) |
                (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(high, bound)))
                    << 8;
            if (!mask) continue;
            int32_t lanes[SELVAGE_BLOCK];
            _mm256_storeu_si256((__m256i *)lanes, low);
            _mm256_storeu_si256((__m256i *)lanes + 1, high);
            found = append(hits, found, room, mask, query, block, lanes);
        }
    }
    return found;
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static size_t search_vnni(
    const uint8_t *const *queries, int query_count, const uint8_t *blocks, size_t count,
    int32_t least, selvage_hit *hits, size_t room) {
    size_t found = 0;
    const __m512i bound = _mm512_set1_epi32(least);
    int32_t parts[16][SELVAGE_QUERIES];
    for (int query = 0; query < SELVAGE_QUERIES; query++)
        for (int part = 0; part < 16; part++)
            // A query that is not there is answered like the first, and its answer left out.
            memcpy(&parts[part][query], queries[query < query_count ? query : 0] + 4 * part, 4);
    for (size_t block = 0; block < count; block++) {
        const uint8_t *at = blocks + block * SELVAGE_BLOCK_BYTES;
        __m512i sums[SELVAGE_QUERIES];
        for (int query = 0; query < SELVAGE_QUERIES; query++) sums[query] = _mm512_setzero_si512();
        for (int part = 0; part < 16; part++) {
            const __m512i bytes = _mm512_loadu_si512(at + 64 * part);
#pragma clang loop unroll(full)
            for (int query = 0; query < SELVAGE_QUERIES; query++)
                sums[query] = _mm512_dpbusd_epi32(
                    sums[query], _mm512_set1_epi32(parts[part][query]), bytes);
        }
#pragma clang loop unroll(full)
        for (int query = 0; query < SELVAGE_QUERIES; query++) {
            const unsigned mask = _mm512_cmpge_epi32_mask(sums[query], bound);
            if (mask && query < query_count) {
                int32_t lanes[SELVAGE_BLOCK];
                _mm512_storeu_si512(lanes, sums[query]);
                found = append(hits, found, room, mask, query, block, lanes);
            }
        }
    }
    return found;
}
#endif

typedef size_t search(
    const uint8_t *const *, int, const uint8_t *, size_t, int32_t, selvage_hit *, size_t);

static search *chosen = search_portable;

// Before main, so that no two threads choose at once.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) chosen = search_avx2;
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"))
        chosen = search_vnni;
#endif
}

size_t selvage_likest(
    const uint8_t *const *queries, int query_count, const uint8_t *blocks, size_t count,
    int32_t least, selvage_hit *hits, size_t room) {
    return chosen(queries, query_count, blocks, count, least, hits, room);
}

/// The likest so far of one query, in falling order.
typedef struct {
    uint32_t places[SELVAGE_MOST_NEAREST];
    int32_t products[SELVAGE_MOST_NEAREST];
    int count;
} ranking;

static void rank(ranking *one, int most, uint32_t place, int32_t product) {
    int at = one->count;
    if (at == most) {
        if (one->products[most - 1] >= product) return;
        at--;
    } else {
        one->count++;
    }
    for (; at > 0 && one->products[at - 1] < product; at--) {
        one->products[at] = one->products[at - 1];
        one->places[at] = one->places[at - 1];
    }
    one->products[at] = product;
    one->places[at] = place;
}

/// The least product that could still change a ranking of the group.
static int32_t least_of(const ranking *ranks, int count, int32_t floor, int most) {
    int32_t least = INT32_MAX;
    for (int i = 0; i < count; i++) {
        const int32_t own = ranks[i].count == most ? ranks[i].products[most - 1] + 1 : floor;
        if (own < least) least = own;
    }
    return least < floor ? floor : least;
}

void selvage_nearest(
    const uint8_t *queries, size_t count, const uint8_t *blocks, size_t centres, int32_t least,
    int most, uint32_t *nearest, int32_t *products) {
    enum { TOGETHER = 16 };
    selvage_hit hits[TOGETHER * SELVAGE_BLOCK * SELVAGE_QUERIES];
    const size_t all = (centres + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    if (most > SELVAGE_MOST_NEAREST) most = SELVAGE_MOST_NEAREST;
    for (size_t start = 0; start < count; start += SELVAGE_QUERIES) {
        const int group = count - start < SELVAGE_QUERIES ? (int)(count - start) : SELVAGE_QUERIES;
        const uint8_t *asked[SELVAGE_QUERIES];
        ranking ranks[SELVAGE_QUERIES];
        for (int i = 0; i < group; i++) {
            asked[i] = queries + (start + (size_t)i) * 64;
            ranks[i].count = 0;
        }
        for (size_t block = 0; block < all; block += TOGETHER) {
            const size_t some = all - block < TOGETHER ? all - block : TOGETHER;
            const size_t found = chosen(
                asked, group, blocks + block * SELVAGE_BLOCK_BYTES, some,
                least_of(ranks, group, least, most), hits, sizeof hits / sizeof *hits);
            for (size_t i = 0; i < found; i++) {
                const size_t place = block * SELVAGE_BLOCK + hits[i].place;
                if (place < centres)
                    rank(&ranks[hits[i].query], most, (uint32_t)place, hits[i].product);
            }
        }
        for (int i = 0; i < group; i++)
            for (int k = 0; k < most; k++) {
                const size_t at = (start + (size_t)i) * (size_t)most + (size_t)k;
                nearest[at] = k < ranks[i].count ? ranks[i].places[k] : 0;
                products[at] = k < ranks[i].count ? ranks[i].products[k] : 0;
            }
    }
}
