// Comparing a picture with a licensed repeat pixel by pixel, through a fitted map.

#ifndef SELVAGE_CAGREEMENT_H
#define SELVAGE_CAGREEMENT_H

#include <stddef.h>
#include <stdint.h>

/// One block of a picture and where the fit says that it lies on the repeat.
typedef struct {
    /// The middle of the block in the picture, and the picture's pixels from sample to sample.
    float x, y, step;
    /// The middle on the repeat, and its movement for one sample to the right and one down.
    float u, v, u_across, v_across, u_down, v_down;
} selvage_block;

/// How a block agrees.
typedef struct {
    /// The correlation of sign-blind gradients, -1...1.
    float gradients;
    /// The correlation of luma, -1...1; negative where the block is inverted.
    float luma;
    /// The movement, in samples, at which they agree best.
    float moved_across, moved_down;
    /// The standard deviations of luma in the picture and on the repeat.
    float contrast, licensed_contrast;
    /// The second-best agreement at a movement that is not next to the best, -1...1.
    float rival;
} selvage_agreement;

/// Compares `count` blocks. `repeat` is the licensed luma, which wraps around; `reach` is the most
/// samples that a block may be moved to agree, 0...4.
void selvage_agree(
    const float *picture, int width, int height, const float *repeat, int repeat_width,
    int repeat_height, const selvage_block *blocks, size_t count, int reach,
    selvage_agreement *agreements);

#endif
