// Which correspondences a seed's linear map explains, modulo a repeat's cell.

#ifndef SELVAGE_CSUPPORT_H
#define SELVAGE_CSUPPORT_H

#include <stddef.h>
#include <stdint.h>

/// Places in the picture (x, y) and on the repeat (u, v), one array each.
typedef struct {
    const float *x, *y, *u, *v;
    size_t count;
} selvage_pairs;

/// A seed: a pair and the linear map from the picture to the repeat that its keypoints give.
typedef struct {
    float x, y, u, v;
    float u_across, u_down, v_across, v_down;
} selvage_seed;

/// Marks the pairs within `reach` of the seed in the picture that its map brings within `limit` of
/// their place on the repeat, whose cell is `width` x `height`.
void selvage_support(
    const selvage_pairs *pairs, const selvage_seed *seed, float reach, float limit, float width,
    float height, uint8_t *marks);

#endif
