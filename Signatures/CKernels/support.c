// Which correspondences a map explains, modulo a repeat's cell, and the equations of a better map.

#include "include/CSupport.h"

#include <string.h>

#include "scalespace.h"

SELVAGE_CLONES void selvage_support(
    const selvage_pairs *pairs, const selvage_seed *seed, float reach, float limit,
    uint8_t *restrict marks) {
    const float *restrict x = pairs->x, *restrict y = pairs->y, *restrict u = pairs->u,
                *restrict v = pairs->v;
    const selvage_seed s = *seed;
    const float width = pairs->width, height = pairs->height;
    const float across = 1 / width, down = 1 / height, square = reach * reach,
                least = limit * limit;
    for (size_t i = 0; i < pairs->count; i++) {
        const float dx = x[i] - s.x, dy = y[i] - s.y;
        float du = s.u_across * dx + s.u_down * dy + s.u - u[i];
        float dv = s.v_across * dx + s.v_down * dy + s.v - v[i];
        du -= width * __builtin_rintf(du * across);
        dv -= height * __builtin_rintf(dv * down);
        marks[i] = (dx * dx + dy * dy < square) & (du * du + dv * dv < least);
    }
    memset(marks + pairs->count, 0, 8);
}

SELVAGE_CLONES void selvage_smooth_support(
    const selvage_pairs *pairs, const selvage_smooth_map *map, float reach, float limit,
    uint8_t *restrict marks) {
    const float *restrict x = pairs->x, *restrict y = pairs->y, *restrict u = pairs->u,
                *restrict v = pairs->v;
    const float width = pairs->width, height = pairs->height;
    const float across = 1 / width, down = 1 / height, square = reach * reach,
                least = limit * limit, unit = 1 / map->unit, x0 = map->x, y0 = map->y;
    float a[6], b[6];
    for (int k = 0; k < 6; k++) {
        a[k] = (float)map->u[k];
        b[k] = (float)map->v[k];
    }
    for (size_t i = 0; i < pairs->count; i++) {
        const float p = (x[i] - x0) * unit, q = (y[i] - y0) * unit;
        float du = a[0] + p * (a[1] + a[3] * p + a[4] * q) + q * (a[2] + a[5] * q) - u[i];
        float dv = b[0] + p * (b[1] + b[3] * p + b[4] * q) + q * (b[2] + b[5] * q) - v[i];
        du -= width * __builtin_rintf(du * across);
        dv -= height * __builtin_rintf(dv * down);
        marks[i] = (p * p + q * q < square) & (du * du + dv * dv < least);
    }
    memset(marks + pairs->count, 0, 8);
}

/// Eight marks as bits.
static inline __attribute__((always_inline)) uint64_t bits_of(const uint8_t *marks) {
    uint64_t eight = 0;
    // The first mark is the lowest byte, whatever the machine's order is.
    for (int i = 0; i < 8; i++) eight |= (uint64_t)marks[i] << (8 * i);
    // Byte k is moved to bit 56 + k; nothing else reaches the highest byte.
    return (eight * 0x0102040810204080u) >> 56;
}

SELVAGE_CLONES size_t selvage_distinct(
    const uint8_t *marks, const uint64_t *ends, size_t count) {
    size_t distinct = 0;
    uint64_t carry = 0;
    for (size_t word = 0; word * 64 < count; word++) {
        uint64_t marked = 0;
        for (size_t i = 0; i < 64 && word * 64 + i < count; i += 8)
            marked |= bits_of(marks + word * 64 + i) << i;
        // Ones up to the end of a group: a mark anywhere among them is carried to the end.
        const uint64_t end = ends[word], inner = ~end;
        const uint64_t first = inner + (marked & inner), sum = first + carry;
        carry = (first < inner) | (sum < first);
        distinct += (size_t)__builtin_popcountll((sum | marked) & end);
    }
    return distinct;
}

void selvage_map_equations(
    const selvage_pairs *pairs, const selvage_smooth_map *map, const uint8_t *marks, int size,
    double *matrix, double *u, double *v) {
    double sums[6][6] = {{0}}, right_u[6] = {0}, right_v[6] = {0};
    for (size_t i = 0; i < pairs->count; i++) {
        if (!marks[i]) continue;
        const double x = (pairs->x[i] - map->x) / map->unit, y = (pairs->y[i] - map->y) / map->unit;
        const double row[6] = {1, x, y, x * x, x * y, y * y};
        double a = 0, b = 0;
        for (int k = 0; k < 6; k++) {
            a += map->u[k] * row[k];
            b += map->v[k] * row[k];
        }
        // The pair's place on the repeat, in the cell where the map expects it.
        const double across = (a - pairs->u[i]) / pairs->width, down = (b - pairs->v[i]) / pairs->height;
        const double target_u = pairs->u[i] + pairs->width * __builtin_rint(across);
        const double target_v = pairs->v[i] + pairs->height * __builtin_rint(down);
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < size; k++) sums[j][k] += row[j] * row[k];
            right_u[j] += target_u * row[j];
            right_v[j] += target_v * row[j];
        }
    }
    for (int j = 0; j < size; j++) {
        for (int k = 0; k < size; k++) matrix[j * size + k] = sums[j][k];
        u[j] = right_u[j];
        v[j] = right_v[j];
    }
}
