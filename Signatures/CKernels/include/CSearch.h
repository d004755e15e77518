// Searching descriptors: the likest of many for each of some, by inner products.

#ifndef SELVAGE_CSEARCH_H
#define SELVAGE_CSEARCH_H

#include <stddef.h>
#include <stdint.h>

/// Descriptors lie in blocks of 16: four bytes of each in turn, sixteen times.
enum { SELVAGE_BLOCK = 16, SELVAGE_BLOCK_BYTES = 16 * 64 };

/// The most descriptors that are kept for one query.
enum { SELVAGE_MOST_NEAREST = 16 };

/// The likest descriptors of each query so far, in falling order; of equals the first seen.
typedef struct {
    /// `most` of each query.
    uint32_t *places;
    int32_t *products;
    /// How many of each query are there.
    uint8_t *counts;
    /// How many are kept, 1...16.
    int most;
    /// The least product that counts, at least 1.
    int32_t least;
} selvage_ranking;

/// The ways in which the search is written; the best that the processor can run is taken.
enum { SELVAGE_SEARCH_KERNELS = 3 };

/// The name of the n-th, or for -1 of the one taken; null when this processor cannot run it.
const char *selvage_search_kernel(int index);

/// The number of the one taken.
int selvage_best_search_kernel(void);

/// Ranks the descriptors of a list for some of the queries.
///
/// - `kernel`: -1 for the best, else one that the processor can run.
/// - `queries`: descriptors of 64 bytes in a row, each byte at most 127.
/// - `asking`: the numbers of the `asking_count` queries that ask; null for the first ones.
/// - `blocks`: `count` descriptors in blocks; what else is in the last block is not looked at.
/// - `first`: the place of the first descriptor.
void selvage_rank(
    int kernel, const uint8_t *queries, const uint32_t *asking, size_t asking_count,
    const uint8_t *blocks, size_t count, uint32_t first, const selvage_ranking *ranking);

#endif
