// Which correspondences a map explains, modulo a repeat's cell, and the equations of a better map.

#ifndef SELVAGE_CSUPPORT_H
#define SELVAGE_CSUPPORT_H

#include <stddef.h>
#include <stdint.h>

/// Places in the picture (x, y) and on the repeat (u, v), one array each; the repeat's cell.
typedef struct {
    const float *x, *y, *u, *v;
    size_t count;
    float width, height;
} selvage_pairs;

/// A seed: a pair and the linear map from the picture to the repeat that its keypoints give.
typedef struct {
    float x, y, u, v;
    float u_across, u_down, v_across, v_down;
} selvage_seed;

/// A polynomial map: for 1, x, y, xx, xy, yy around a centre, in units, the repeat's two coordinates.
typedef struct {
    float x, y, unit;
    double u[6], v[6];
} selvage_smooth_map;

/// Marks the pairs within `reach` of the seed in the picture that its map brings within `limit` of
/// their place on the repeat. There is room for 8 marks beyond the end, which are set to 0.
void selvage_support(
    const selvage_pairs *pairs, const selvage_seed *seed, float reach, float limit, uint8_t *marks);

/// The same for a map: within `reach` units of its centre.
void selvage_smooth_support(
    const selvage_pairs *pairs, const selvage_smooth_map *map, float reach, float limit,
    uint8_t *marks);

/// How many groups have a marked member; there is room for eight marks beyond the last.
///
/// - `ends`: a bit for each pair, in words of 64 from the lowest on: 1 for the last of its group and for
///   what is beyond the last pair.
size_t selvage_distinct(const uint8_t *marks, const uint64_t *ends, size_t count);

/// The normal equations of the map's terms over the marked pairs, each moved by whole cells to where
/// the map expects it: `size` (3 or 6) squared values and `size` for u and for v.
void selvage_map_equations(
    const selvage_pairs *pairs, const selvage_smooth_map *map, const uint8_t *marks, int size,
    double *matrix, double *u, double *v);

#endif
