// Pictures reduced to a whole fraction of their size, in the place where they lie.

#include "codecs.h"

#include <stdlib.h>
#include <string.h>

// Adds a row to the sums of its blocks, three channels each.
static void add_row(const uint8_t *row, uint32_t width, uint32_t factor, uint32_t *sums) {
    for (uint32_t x = 0; x < width; sums += 3) {
        uint32_t end = width - x < factor ? width : x + factor;
        uint32_t red = 0, green = 0, blue = 0;
        for (; x < end; x++, row += 3) {
            red += row[0];
            green += row[1];
            blue += row[2];
        }
        sums[0] += red;
        sums[1] += green;
        sums[2] += blue;
    }
}

// Blocks at the right and lower edge may be smaller; the scale is one in `factor` all the same.
void selvage_shrink(uint8_t *pixels, uint32_t *width, uint32_t *height, uint32_t factor) {
    uint32_t w = *width, h = *height;
    uint32_t columns = (w + factor - 1) / factor, rows = (h + factor - 1) / factor;
    uint32_t *sums = malloc((size_t)columns * 3 * sizeof *sums);
    // Without room for one row of sums the picture stays as it is.
    if (!sums) return;
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t first = row * factor, count = h - first < factor ? h - first : factor;
        memset(sums, 0, (size_t)columns * 3 * sizeof *sums);
        for (uint32_t y = first; y < first + count; y++)
            add_row(pixels + (size_t)y * w * 3, w, factor, sums);
        // What is overwritten has been added up: a new row is never longer than an old one.
        uint8_t *out = pixels + (size_t)row * columns * 3;
        for (uint32_t column = 0; column < columns; column++) {
            uint32_t left = w - column * factor;
            uint32_t area = count * (left < factor ? left : factor);
            for (uint32_t channel = 0; channel < 3; channel++)
                out[column * 3 + channel] =
                    (uint8_t)((sums[column * 3 + channel] + area / 2) / area);
        }
    }
    free(sums);
    *width = columns;
    *height = rows;
}
