// The likest of many codes in blocks of 16, by the best instructions of the processor.

#include "include/CCodes.h"

#include "ranking.h"

enum { ROWS = 4, GROUPS = SELVAGE_CODE_BYTES / ROWS, TABLE = ROWS * SELVAGE_CODE_WORDS };

/// Words whose steps fit in a byte.
enum { FIT = 255 / SELVAGE_CODE_STEPS };
_Static_assert(GROUPS <= FIT && SELVAGE_CODE_BYTES / 2 % FIT == 0, "Sums of bytes do not overflow.");

/// A query and the codes of a list; of two, each has another query of the same list.
typedef struct {
    const selvage_code_table *table;
    uint32_t query;
    /// What a sum of no steps is as a product.
    int32_t base;
    const uint8_t *blocks;
    size_t stride, count;
    uint32_t first;
    const selvage_ranking *ranking;
} asked;

/// A sum of steps that is not above the least that makes a product of `bound`; the products decide.
INLINE int32_t least_sum(const asked *one, int32_t bound) {
    const float sum = (float)(bound - one->base) * one->table->inverse - 1;
    return sum < 0 ? 0 : sum > 65535 ? 65535 : (int32_t)sum;
}

/// The products of sixteen sums.
INLINE void products_of(const asked *one, const uint16_t *sums, int32_t *products) {
    for (int lane = 0; lane < SELVAGE_BLOCK; lane++)
        products[lane] = one->base + (int32_t)sums[lane] * one->table->step;
}

static void portable_rank(const asked *one, int count) {
    if (count == 2) portable_rank(one + 1, 1);
    const size_t blocks = (one->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *at = one->blocks + block * one->stride;
        uint16_t sums[SELVAGE_BLOCK] = {0};
        for (int byte = 0; byte < SELVAGE_CODE_BYTES; byte++) {
            const uint8_t *low = one->table->steps + byte / ROWS * 2 * TABLE +
                                 byte % ROWS * SELVAGE_CODE_WORDS;
            for (int lane = 0; lane < SELVAGE_BLOCK; lane++) {
                const uint8_t code = at[byte * SELVAGE_BLOCK + lane];
                sums[lane] = (uint16_t)(sums[lane] + low[code & 15] + low[TABLE + (code >> 4)]);
            }
        }
        int32_t products[SELVAGE_BLOCK];
        products_of(one, sums, products);
        keep_lanes(
            one->ranking, one->query, one->first + (uint32_t)(block * SELVAGE_BLOCK),
            lanes_of(block, one->count), products);
    }
}

#if defined(__x86_64__)
AVX2 static void avx2_rank(const asked *one, int count) {
    if (count == 2) avx2_rank(one + 1, 1);
    const size_t blocks = (one->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    const __m256i half = _mm256_set1_epi8(15), even = _mm256_set1_epi16(255);
    int32_t bound = bound_of(one->ranking, one->query);
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *at = one->blocks + block * one->stride;
        __m256i evens = _mm256_setzero_si256(), odds = evens;
        for (int part = 0; part < SELVAGE_CODE_BYTES / 2; part += FIT) {
            __m256i lows = _mm256_setzero_si256(), highs = lows;
            for (int pair = part; pair < part + FIT; pair++) {
                const uint8_t *table = one->table->steps + pair / 2 * 2 * TABLE + pair % 2 * 32;
                const __m256i codes = _mm256_loadu_si256((const __m256i *)(at + 32 * pair));
                lows = _mm256_add_epi8(
                    lows, _mm256_shuffle_epi8(
                              _mm256_loadu_si256((const __m256i *)table),
                              _mm256_and_si256(codes, half)));
                highs = _mm256_add_epi8(
                    highs, _mm256_shuffle_epi8(
                               _mm256_loadu_si256((const __m256i *)(table + TABLE)),
                               _mm256_and_si256(_mm256_srli_epi16(codes, 4), half)));
            }
            evens = _mm256_add_epi16(evens, _mm256_and_si256(lows, even));
            evens = _mm256_add_epi16(evens, _mm256_and_si256(highs, even));
            odds = _mm256_add_epi16(odds, _mm256_srli_epi16(lows, 8));
            odds = _mm256_add_epi16(odds, _mm256_srli_epi16(highs, 8));
        }
        const __m128i e = _mm_add_epi16(
            _mm256_castsi256_si128(evens), _mm256_extracti128_si256(evens, 1));
        const __m128i o =
            _mm_add_epi16(_mm256_castsi256_si128(odds), _mm256_extracti128_si256(odds, 1));
        const __m128i a = _mm_unpacklo_epi16(e, o), b = _mm_unpackhi_epi16(e, o);
        const __m128i least = _mm_set1_epi16((short)least_sum(one, bound));
        // A sum is at least the least where the greater of both is the sum.
        const unsigned mask = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(
            _mm_cmpeq_epi16(_mm_max_epu16(a, least), a),
            _mm_cmpeq_epi16(_mm_max_epu16(b, least), b)));
        if (__builtin_expect(mask == 0, 1)) continue;
        uint16_t sums[SELVAGE_BLOCK];
        _mm_storeu_si128((__m128i *)sums, a);
        _mm_storeu_si128((__m128i *)sums + 1, b);
        int32_t products[SELVAGE_BLOCK];
        products_of(one, sums, products);
        bound = keep_lanes(
            one->ranking, one->query, one->first + (uint32_t)(block * SELVAGE_BLOCK),
            mask & lanes_of(block, one->count), products);
    }
}

/// The sums of a block, each in four parts: of its even and of its odd codes.
typedef struct {
    __m512i evens, odds;
} parts_of_sums;

VNNI INLINE parts_of_sums sums_of(const uint8_t *at, const __m512i *tables) {
    const __m512i half = _mm512_set1_epi8(15), even = _mm512_set1_epi16(255);
    __m512i lows = _mm512_setzero_si512(), highs = lows;
#pragma clang loop unroll(full)
    for (int group = 0; group < GROUPS; group++) {
        const __m512i codes = _mm512_loadu_si512(at + 64 * group);
        lows = _mm512_add_epi8(
            lows, _mm512_shuffle_epi8(tables[2 * group], _mm512_and_si512(codes, half)));
        highs = _mm512_add_epi8(
            highs, _mm512_shuffle_epi8(
                       tables[2 * group + 1],
                       _mm512_and_si512(_mm512_srli_epi16(codes, 4), half)));
    }
    const parts_of_sums sums = {
        _mm512_add_epi16(_mm512_and_si512(lows, even), _mm512_and_si512(highs, even)),
        _mm512_add_epi16(_mm512_srli_epi16(lows, 8), _mm512_srli_epi16(highs, 8))};
    return sums;
}

/// The parts of two numbers added up, two parts at a time.
VNNI INLINE __m512i added(__m512i first, __m512i second) {
    return _mm512_add_epi16(
        _mm512_shuffle_i64x2(first, second, 0x88), _mm512_shuffle_i64x2(first, second, 0xdd));
}

/// The products of a block, of the sums of its even and its odd codes.
VNNI INLINE __m512i products_in_register(const asked *one, __m128i evens, __m128i odds) {
    const __m256i sums = _mm256_set_m128i(
        _mm_unpackhi_epi16(evens, odds), _mm_unpacklo_epi16(evens, odds));
    return _mm512_add_epi32(
        _mm512_set1_epi32(one->base),
        _mm512_mullo_epi32(_mm512_cvtepu16_epi32(sums), _mm512_set1_epi32(one->table->step)));
}

VNNI INLINE __m512i least_sums(const asked *ones, int count, const int32_t *bounds) {
    const __m256i first = _mm256_set1_epi16((short)least_sum(ones, bounds[0]));
    const __m256i second =
        count == 1 ? first : _mm256_set1_epi16((short)least_sum(ones + 1, bounds[1]));
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

/// Two blocks for one query or one block for two, whose sums then fill a register.
///
/// `count` is a constant where this is written out.
VNNI INLINE void avx512_some(const asked *ones, const int count) {
    const size_t blocks = (ones->count + SELVAGE_BLOCK - 1) / SELVAGE_BLOCK;
    const size_t together = count == 1 ? 2 : 1;
    const int fits = ones->ranking->most <= IN_REGISTER;
    __m512i tables[2][2 * GROUPS], likest[2];
    int32_t bounds[2];
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; i++) {
        const asked *one = ones + i % count;
#pragma clang loop unroll(full)
        for (int j = 0; j < 2 * GROUPS; j++)
            tables[i][j] =
                i < count ? _mm512_loadu_si512(one->table->steps + j * TABLE) : tables[0][j];
        bounds[i] = bound_of(one->ranking, one->query);
        if (fits) likest[i] = eight_of(one->ranking, one->query);
    }
    __m512i least = least_sums(ones, count, bounds);
    for (size_t block = 0; block < blocks; block += together) {
        const uint8_t *at = ones->blocks + block * ones->stride;
        // Where there is one block left it is looked at twice, and kept once.
        const uint8_t *next = at + (block + together - 1 < blocks ? together - 1 : 0) * ones->stride;
        const size_t ahead = block + AHEAD + 1 < blocks ? AHEAD * ones->stride : 0;
#pragma clang loop unroll(full)
        for (int group = 0; group < GROUPS; group++) {
            _mm_prefetch((const char *)at + ahead + 64 * group, _MM_HINT_T0);
            if (count == 1) _mm_prefetch((const char *)next + ahead + 64 * group, _MM_HINT_T0);
        }
        const parts_of_sums first = sums_of(at, tables[0]);
        const parts_of_sums second = sums_of(count == 1 ? next : at, tables[1]);
        const __m512i sums =
            added(added(first.evens, first.odds), added(second.evens, second.odds));
        if (__builtin_expect(_mm512_cmpge_epu16_mask(sums, least) == 0, 1)) continue;
        const __m128i halves[4] = {
            _mm512_castsi512_si128(sums), _mm512_extracti32x4_epi32(sums, 1),
            _mm512_extracti32x4_epi32(sums, 2), _mm512_extracti32x4_epi32(sums, 3)};
#pragma clang loop unroll(full)
        for (int i = 0; i < 2; i++) {
            const int query = i % count;
            const size_t own = block + (count == 1 ? (size_t)i : 0);
            if (own >= blocks) break;
            const asked *one = ones + query;
            const __m512i made = products_in_register(one, halves[2 * i], halves[2 * i + 1]);
            const unsigned mask =
                _mm512_cmpge_epi32_mask(made, _mm512_set1_epi32(bounds[query])) &
                lanes_of(own, one->count);
            if (!mask) continue;
            int32_t products[SELVAGE_BLOCK];
            _mm512_storeu_si512(products, made);
            const uint32_t place = one->first + (uint32_t)(own * SELVAGE_BLOCK);
            bounds[query] = fits
                ? keep_in_register(
                      &likest[query], one->ranking, bounds[query], place, mask, products)
                : keep_lanes(one->ranking, one->query, place, mask, products);
            least = least_sums(ones, count, bounds);
        }
    }
    for (int i = 0; i < count; i++)
        if (fits) put_eight(ones[i].ranking, ones[i].query, likest[i]);
}

VNNI static void avx512_rank(const asked *ones, int count) {
    if (count == 1)
        avx512_some(ones, 1);
    else
        avx512_some(ones, 2);
}
#endif

void selvage_rank_codes(
    int kernel, const selvage_code_table *tables, const selvage_asking *asking,
    size_t asking_count, const uint8_t *blocks, size_t stride, size_t count, uint32_t first,
    const selvage_ranking *ranking) {
    void (*const ranks[SELVAGE_SEARCH_KERNELS])(const asked *, int) = {
        portable_rank,
#if defined(__x86_64__)
        avx2_rank, avx512_rank,
#endif
    };
    const int index = kernel < 0 ? selvage_best_search_kernel() : kernel;
    if (count == 0 || !selvage_search_kernel(index)) return;
    for (size_t start = 0; start < asking_count; start += 2) {
        const int size = asking_count - start < 2 ? 1 : 2;
        asked ones[2];
        for (int i = 0; i < size; i++) {
            const selvage_asking one = asking[start + (size_t)i];
            const selvage_code_table *table = tables + one.query;
            const asked made = {
                .table = table, .query = one.query, .base = one.centre + table->least,
                .blocks = blocks, .stride = stride, .count = count, .first = first,
                .ranking = ranking};
            ones[i] = made;
        }
        ranks[index](ones, size);
    }
}
