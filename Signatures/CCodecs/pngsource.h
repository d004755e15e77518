// libpng reading from memory, shared by pictures and masters.

#ifndef SELVAGE_PNGSOURCE_H
#define SELVAGE_PNGSOURCE_H

#include "codecs.h"

#include <png.h>

typedef struct {
    const uint8_t *bytes;
    size_t size;
    size_t offset;
    char *message;
} selvage_png_source;

/// Leaves its sentence in the source's message and jumps to `png_jmpbuf`.
void selvage_png_on_error(png_structp png, png_const_charp text);
void selvage_png_on_warning(png_structp png, png_const_charp text);
void selvage_png_read_bytes(png_structp png, png_bytep into, png_size_t count);

/// Skips the chunks that say nothing about pixels, so that none of them can be a bomb.
void selvage_png_skip_ancillary(png_structp png);

#endif
