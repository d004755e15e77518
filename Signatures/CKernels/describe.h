// The directions and the descriptor of one keypoint.

#ifndef SELVAGE_DESCRIBE_H
#define SELVAGE_DESCRIBE_H

#include "scalespace.h"

/// Where a descriptor is taken: a blurred plane, a place on it and the keypoint's blur there.
typedef struct {
    const selvage_plane *plane;
    float x, y, blur;
    int wraps;
} selvage_patch;

/// The one or two strongest directions of the gradients, 0 up to pi.
int selvage_directions(const selvage_patch *patch, float angles[2]);

/// The descriptor, 64 bytes, turned so that its first rows and columns hold more than the others;
/// `flips` says what was exchanged for that. Returns 0 for a patch without gradients.
int selvage_describe(
    const selvage_patch *patch, float angle, uint8_t *descriptor, uint8_t *flips);

#endif
