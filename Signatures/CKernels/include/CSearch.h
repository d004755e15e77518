// Searching descriptors: those of many whose inner product with one is large.

#ifndef SELVAGE_CSEARCH_H
#define SELVAGE_CSEARCH_H

#include <stddef.h>
#include <stdint.h>

/// Descriptors lie in blocks of 16: four bytes of each in turn, sixteen times.
enum { SELVAGE_BLOCK = 16, SELVAGE_BLOCK_BYTES = 16 * 64 };

/// A descriptor that looks like one that was searched for.
typedef struct {
    uint32_t query, place;
    int32_t product;
} selvage_hit;

enum { SELVAGE_QUERIES = 8 };

/// The descriptors among `count` blocks whose inner products with queries are at least `least`.
///
/// There are 1...8 queries of 64 bytes each, one after another; bytes are at most 127. Writes at most
/// `room` hits; places are counted from the first block. Returns how many were written.
size_t selvage_likest(
    const uint8_t *const *queries, int query_count, const uint8_t *blocks, size_t count,
    int32_t least, selvage_hit *hits, size_t room);

enum { SELVAGE_MOST_NEAREST = 16 };

/// The likest of `centres` descriptors in blocks, for each of `count` queries in a row.
///
/// Only those whose product is at least `least` count. Writes `most` places and products for each
/// query, the likest first, at most 16; where there are fewer, the rest have the product 0.
void selvage_nearest(
    const uint8_t *queries, size_t count, const uint8_t *blocks, size_t centres, int32_t least,
    int most, uint32_t *nearest, int32_t *products);

#endif
