// A mark added to pixels: equal changes of all channels, as far as they have room.

#include "spectra.h"

INLINE float held(float value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

INLINE uint64_t add_mark(
    const uint8_t *from, const float *change, float strength, size_t count, uint8_t *restrict to) {
    uint64_t squares = 0;
    for (size_t i = 0; i < count; i++) {
        const float step = change[i] * strength;
        const float r = from[3 * i], g = from[3 * i + 1], b = from[3 * i + 2];
        // What is lost to clipping is shared by the channels, at most as much again for each.
        const float lost =
            3 * step - (held(r + step) - r) - (held(g + step) - g) - (held(b + step) - b);
        const float more = step > 0 ? (lost < 2 * step ? lost : 2 * step)
                                    : (lost > 2 * step ? lost : 2 * step);
        const float total = step + more * 0.5f;
        const int nr = (int)(held(r + total) + 0.5f), ng = (int)(held(g + total) + 0.5f);
        const int nb = (int)(held(b + total) + 0.5f);
        const int dr = nr - from[3 * i], dg = ng - from[3 * i + 1], db = nb - from[3 * i + 2];
        squares += (uint64_t)(dr * dr + dg * dg + db * db);
        to[3 * i] = (uint8_t)nr, to[3 * i + 1] = (uint8_t)ng, to[3 * i + 2] = (uint8_t)nb;
    }
    return squares;
}

AVX2 static uint64_t add_mark_avx2(
    const uint8_t *from, const float *change, float strength, size_t count, uint8_t *to) {
    return add_mark(from, change, strength, count, to);
}
static uint64_t add_mark_portable(
    const uint8_t *from, const float *change, float strength, size_t count, uint8_t *to) {
    return add_mark(from, change, strength, count, to);
}

uint64_t selvage_add_mark(
    const uint8_t *from, const float *change, float strength, size_t count, uint8_t *to) {
    DISPATCH(add_mark, from, change, strength, count, to);
}

// Without a copy for AVX2: its fused products would move the last digits, and bounds of a mark with them.
void selvage_mask(
    const float *restrict luma, const float *restrict contrast, float even, int count,
    float *restrict values) {
    for (int i = 0; i < count; i++) {
        const float away = (luma[i] - 127) / 127, level = contrast[i] / 4;
        const float busy = level < 1 ? level : 1;
        values[i] *= (even + (1 - even) * busy) * (1 + 0.3f * away * away);
    }
}
