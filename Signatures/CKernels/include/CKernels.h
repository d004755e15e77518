// Inner loops that are worth C: the steps of PDQ in a fixed order, and Hamming scans.

#ifndef SELVAGE_CKERNELS_H
#define SELVAGE_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// PDQ's shrinking: luma, two tent-filter passes, 64 x 64 samples, rows from the top.
///
/// `pixels` are RGB rows without padding; both sides are at least 5. Returns 0 without memory.
int selvage_pdq_shrink(const uint8_t *pixels, size_t width, size_t height, float *samples);

/// PDQ's transform: `matrix` (16 x 64) times samples (64 x 64) times the matrix transposed.
void selvage_pdq_transform(const float *samples, const float *matrix, float *coefficients);

/// PDQ's bits: 1 where a coefficient is above the lower median of the 256.
void selvage_pdq_bits(const float *coefficients, uint64_t *words);

/// Hamming distances from one 256-bit hash to `count` others, four words each.
void selvage_hamming_distances(
    const uint64_t *query, const uint64_t *hashes, size_t count, uint16_t *distances);

/// The name of the instruction set that the distances use here.
const char *selvage_hamming_kernel(void);

/// The distances by the n-th kernel, for tests; 0 when this processor cannot run it.
int selvage_hamming_distances_by(
    int kernel, const uint64_t *query, const uint64_t *hashes, size_t count, uint16_t *distances);

enum { SELVAGE_HAMMING_KERNELS = 4 };

#endif
