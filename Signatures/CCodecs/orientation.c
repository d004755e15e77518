// EXIF orientation: where it is written, and where an upright pixel belongs.

#include "codecs.h"

#include <string.h>

static uint32_t read16(const uint8_t *at, int big) {
    return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

static uint32_t read32(const uint8_t *at, int big) {
    return big ? read16(at, 1) << 16 | read16(at + 2, 1) : read16(at + 2, 0) << 16 | read16(at, 0);
}

// TIFF 6.0 section 2: header, then the first image file directory; tag 0x0112 is the orientation.
uint32_t selvage_exif_orientation(const uint8_t *bytes, size_t size) {
    if (size >= 6 && bytes[0] == 'E' && bytes[1] == 'x' && bytes[2] == 'i' && bytes[3] == 'f' &&
        bytes[4] == 0) {
        bytes += 6;
        size -= 6;
    }
    if (size < 8) return 1;
    int big = bytes[0] == 'M' && bytes[1] == 'M';
    if (!big && !(bytes[0] == 'I' && bytes[1] == 'I')) return 1;
    if (read16(bytes + 2, big) != 42) return 1;
    uint64_t directory = read32(bytes + 4, big);
    if (directory + 2 > size) return 1;
    uint32_t count = read16(bytes + directory, big);
    for (uint32_t index = 0; index < count; index++) {
        uint64_t entry = directory + 2 + 12ull * index;
        if (entry + 12 > size) return 1;
        if (read16(bytes + entry, big) != 0x0112) continue;
        uint32_t value = read16(bytes + entry + 8, big);
        return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}

static inline uint8_t over_white(uint8_t colour, uint32_t alpha) {
    return (uint8_t)((colour * alpha + 255 * (255 - alpha) + 127) / 255);
}

// EXIF 2.3 table 6: what the stored row 0 and column 0 are in the upright picture.
void selvage_place_row(
    const selvage_sink *sink, uint32_t y, uint8_t *row, uint32_t channels) {
    if (sink->colours) {
        selvage_colours_convert(sink->colours, row, row, sink->width);
        if (sink->inks == SELVAGE_CMYK || sink->inks == SELVAGE_CMYK_INVERTED) channels = 3;
    }
    size_t w = sink->width, h = sink->height;
    ptrdiff_t start = 0, step = 1;
    switch (sink->orientation) {
    case 2: start = (ptrdiff_t)(y * w + w - 1); step = -1; break;
    case 3: start = (ptrdiff_t)((h - 1 - y) * w + w - 1); step = -1; break;
    case 4: start = (ptrdiff_t)((h - 1 - y) * w); break;
    case 5: start = y; step = (ptrdiff_t)h; break;
    case 6: start = (ptrdiff_t)(h - 1 - y); step = (ptrdiff_t)h; break;
    case 7: start = (ptrdiff_t)((w - 1) * h + h - 1 - y); step = -(ptrdiff_t)h; break;
    case 8: start = (ptrdiff_t)((w - 1) * h + y); step = -(ptrdiff_t)h; break;
    default: start = (ptrdiff_t)(y * w); break;
    }
    uint8_t *out = sink->pixels + start * 3;
    if (step == 1 && channels == 3) {
        memmove(out, row, w * 3);
        return;
    }
    for (size_t x = 0; x < w; x++, row += channels, out += step * 3) {
        // In-place closing up of alpha rows reads a pixel before it overwrites it.
        uint8_t red = row[0], green = row[1], blue = row[2];
        uint32_t alpha = channels == 4 ? row[3] : 255;
        out[0] = alpha == 255 ? red : over_white(red, alpha);
        out[1] = alpha == 255 ? green : over_white(green, alpha);
        out[2] = alpha == 255 ? blue : over_white(blue, alpha);
    }
}
