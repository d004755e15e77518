// libtiff on memory, shared by pictures and masters.

#ifndef SELVAGE_TIFFSOURCE_H
#define SELVAGE_TIFFSOURCE_H

#include "masters.h"

#include <tiffio.h>

typedef struct {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t offset;
    char *message;
    selvage_room *room;  // where is written, NULL when there is only reading
} selvage_tiff_source;

/// Opens the first image; NULL with a sentence in the source's message.
TIFF *selvage_tiff_open(selvage_tiff_source *source, uint64_t memory);

/// Opens for writing into the source's room; `mode` as `TIFFOpen` has it.
TIFF *selvage_tiff_create(selvage_tiff_source *source, const char *mode);

#endif
