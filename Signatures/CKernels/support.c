// Which correspondences a seed's linear map explains, modulo a repeat's cell.

#include "include/CSupport.h"

#include "scalespace.h"

SELVAGE_CLONES void selvage_support(
    const selvage_pairs *pairs, const selvage_seed *seed, float reach, float limit, float width,
    float height, uint8_t *restrict marks) {
    const float *restrict x = pairs->x, *restrict y = pairs->y, *restrict u = pairs->u,
                *restrict v = pairs->v;
    const selvage_seed s = *seed;
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
}
