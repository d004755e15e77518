// Local features of a picture: keypoints of a scale space and sign-blind descriptors.

#ifndef SELVAGE_CFEATURES_H
#define SELVAGE_CFEATURES_H

#include <stddef.h>
#include <stdint.h>

enum { SELVAGE_DESCRIPTOR_BYTES = 64 };

/// A place in a picture with a size and a direction.
typedef struct {
    /// In pixels of the picture that was given, the middle of the first pixel being 0.5, 0.5.
    float x, y;
    /// The blur at which it stands out, in pixels of the picture that was given.
    float scale;
    /// The direction of its gradients, 0 up to pi: a gradient and its opposite are one.
    float angle;
    /// How much it stands out.
    float response;
    /// Bit 0: the descriptor's columns were exchanged; bit 1: its rows were.
    uint8_t flips;
    /// How often the picture was halved, after the working size.
    uint8_t octave;
    uint16_t reserved;
} selvage_keypoint;

typedef struct {
    /// The size at which the picture is looked at.
    int width, height;
    /// 1 for a repeat that wraps around, 0 for a picture.
    int wraps;
    /// How many octaves are searched, 1...8.
    int octaves;
    /// The most keypoints; keypoints with two directions may count twice.
    int most;
    /// The most keypoints in one of 8 x 8 fields; 0 for no bound.
    int most_in_field;
    /// The least difference of Gaussians, on a scale of 0...255.
    float threshold;
    /// 1 to look at the colours that luma hides, where it hides any; else 0.
    int colours;
} selvage_feature_settings;

/// Whether colours of RGB rows differ where luma does not, in more than a little of the picture.
int selvage_hides_colours(const uint8_t *pixels, int width, int height);

/// The features of RGB rows; the caller frees both arrays. Returns how many, or -1 without memory.
///
/// `luma`, when it is not null, receives the stretched luma at the working size.
long selvage_features(
    const uint8_t *pixels, int width, int height, const selvage_feature_settings *settings,
    selvage_keypoint **keypoints, uint8_t **descriptors, float *luma);

/// A descriptor again for each half that hardly differs from the other half of its patch.
///
/// Writes at most three descriptors and what was exchanged in each; returns how many. `share` is the
/// difference of the halves, as a part of the whole, up to which they hardly differ.
int selvage_variants(
    const uint8_t *descriptor, float share, uint8_t *variants, uint8_t *exchanged);

/// Contrast-stretched luma of RGB rows at a size; returns 0 without memory.
int selvage_working_luma(
    const uint8_t *pixels, int width, int height, int to_width, int to_height, int wraps,
    float *luma);

/// Resamples luma with a tent filter; returns 0 without memory.
int selvage_resize_luma(
    const float *luma, int width, int height, float *to, int to_width, int to_height, int wraps);

#endif
