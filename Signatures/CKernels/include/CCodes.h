// Codes of descriptors: less than a third of their bytes, by which lists are searched.

#ifndef SELVAGE_CCODES_H
#define SELVAGE_CCODES_H

#include <stddef.h>
#include <stdint.h>

#include "CSearch.h"

/// A code says how a descriptor differs from its list's centre, in half bytes that each choose one of 16
/// words: two for each cell of a descriptor, for its opposite directions; then one for each two
/// cells, for what those left over. The code's byte n holds the half bytes 2n (low) and 2n + 1.
enum {
    SELVAGE_CODE_BYTES = 20,
    SELVAGE_CODE_PARTS = 2 * SELVAGE_CODE_BYTES,
    SELVAGE_CODE_PAIRS = 32,
    SELVAGE_CODE_WORDS = 16,
    /// Values of a word of the parts behind the pairs.
    SELVAGE_CODE_REST = 64 / (SELVAGE_CODE_PARTS - SELVAGE_CODE_PAIRS),
};

/// The words of all parts: of each part 16 numbers for each of its values.
enum { SELVAGE_CODEBOOK_BYTES = 2 * 64 * SELVAGE_CODE_WORDS };

/// What a block of 16 list entries takes: the codes, byte after byte of all sixteen.
enum { SELVAGE_CODE_BLOCK_BYTES = SELVAGE_BLOCK * SELVAGE_CODE_BYTES };

/// What `selvage_encode` needs: the words as numbers with a point, and the nearest word of each pair of
/// differences, halved.
typedef struct {
    float words[SELVAGE_CODEBOOK_BYTES];
    uint8_t nearest[SELVAGE_CODE_PAIRS][64 * 64];
} selvage_code_words;

/// Learns the words from `count` descriptors of 64 bytes and the centres that they belong to.
///
/// The same input gives the same words, on every processor. Returns 0 without memory.
int selvage_learn_words(
    const uint8_t *descriptors, const uint8_t *centres, size_t count, int8_t *codebook);

/// Prepares words for encoding.
void selvage_prepare_words(const int8_t *codebook, selvage_code_words *prepared);

/// Encodes a descriptor by its difference from a centre.
void selvage_encode(
    const selvage_code_words *prepared, const uint8_t *descriptor, const uint8_t *centre,
    uint8_t *code);

/// The most steps of a word's product; five of them fit in a byte.
enum { SELVAGE_CODE_STEPS = 51 };

/// What a query's product with each word is, in steps, less the least of its part.
typedef struct {
    /// In the order in which the codes' bytes lie: of four bytes the low halves, then the high.
    uint8_t steps[SELVAGE_CODE_PARTS * SELVAGE_CODE_WORDS];
    /// The sum of the least products.
    int32_t least;
    /// What a step is as a product, at least 1.
    int32_t step;
    /// The inverse of a step.
    float inverse;
} selvage_code_table;

/// Tabulates a query's products; `words` is the codebook as numbers with a point.
void selvage_tabulate(const float *words, const uint8_t *query, selvage_code_table *table);

/// A query that asks a list: its number and its product with the list's centre.
typedef struct {
    uint32_t query;
    int32_t centre;
} selvage_asking;

/// Ranks the codes of a list for some of the queries.
///
/// - `kernel`: as for `selvage_rank`.
/// - `tables`: of all queries, by their numbers.
/// - `blocks`: `count` codes in blocks that are `stride` bytes apart.
/// - `first`: the place of the first code.
void selvage_rank_codes(
    int kernel, const selvage_code_table *tables, const selvage_asking *asking,
    size_t asking_count, const uint8_t *blocks, size_t stride, size_t count, uint32_t first,
    const selvage_ranking *ranking);

#endif
