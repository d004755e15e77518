// Inner loops that are worth C: the steps of PDQ in a fixed order, and Hamming scans.

#ifndef SELVAGE_CKERNELS_H
#define SELVAGE_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CAgreement.h"
#include "CCodes.h"
#include "CFeatures.h"
#include "CSearch.h"
#include "CSupport.h"

// Whole-picture hashes: pdq.c and hamming.c.

/// PDQ's shrinking: luma, two tent-filter passes, 64 x 64 samples, rows from the top.
///
/// `pixels` are RGB rows without padding; both sides are at least 5. A kernel below 0 is the best
/// that this processor can run. Returns 0 without memory, or where the kernel cannot run.
int selvage_pdq_shrink(
    int kernel, const uint8_t *pixels, size_t width, size_t height, float *samples);

/// PDQ's transform: `matrix` (16 x 64) times samples (64 x 64) times the matrix transposed.
void selvage_pdq_transform(const float *samples, const float *matrix, float *coefficients);

/// PDQ's quality: the sum of the gradients that matter, 0...100.
int selvage_pdq_quality(const float *samples);

/// PDQ's bits: 1 where a coefficient is above the lower median of the 256.
void selvage_pdq_bits(const float *coefficients, uint64_t *words);

/// How 256-bit hashes lie in a list. GROUP hashes lie together as columns of 32 bits: the first
/// FRONTS columns in one array, which a scan reads throughout, the other columns in a second one.
/// The last group is filled up with anything.
enum { SELVAGE_HASH_GROUP = 16, SELVAGE_HASH_FRONTS = 3 };

/// The places and distances of the hashes within `radius` of a query's 8 x 32 bits, in order.
///
/// Looks at the places from `start`, where a group begins, up to `end`. Returns how many are near;
/// there is room for all of them.
size_t selvage_hamming_within(
    int kernel, const uint32_t *fronts, const uint32_t *rests, size_t start, size_t end,
    const uint32_t *query, uint32_t radius, uint32_t *places, uint16_t *distances);

/// The distances of all `count` hashes.
void selvage_hamming_distances(
    int kernel, const uint32_t *fronts, const uint32_t *rests, size_t count, const uint32_t *query,
    uint16_t *distances);

/// The name of a kernel, or of the best one below 0; null where the processor cannot run it.
const char *selvage_hamming_kernel(int kernel);

enum { SELVAGE_PDQ_KERNELS = 3, SELVAGE_HAMMING_KERNELS = 3 };

// End of the whole-picture hashes.

#endif
