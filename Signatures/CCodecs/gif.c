// GIF through giflib: the first frame on its canvas; what follows it is never read.

#include "codecs.h"

#include <gif_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t size;
    size_t offset;
} reader;

static int read_bytes(GifFileType *file, GifByteType *into, int count) {
    reader *source = file->UserData;
    size_t left = source->size - source->offset;
    size_t given = count < 0 ? 0 : (size_t)count < left ? (size_t)count : left;
    memcpy(into, source->bytes + source->offset, given);
    source->offset += given;
    return (int)given;
}

int selvage_gif_matches(const uint8_t *bytes, size_t size) {
    return size >= 6 && (!memcmp(bytes, "GIF87a", 6) || !memcmp(bytes, "GIF89a", 6));
}

// GIF89a section 18: the logical screen's size follows the signature.
selvage_outcome selvage_gif_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    if (size < 13) {
        selvage_say(message, "a GIF without its screen");
        return SELVAGE_DAMAGED;
    }
    header->width = (uint32_t)bytes[6] | (uint32_t)bytes[7] << 8;
    header->height = (uint32_t)bytes[8] | (uint32_t)bytes[9] << 8;
    header->alpha = 1;
    header->memory = (uint64_t)header->width * header->height * 3 + (2 << 20);
    return SELVAGE_OK;
}

/// Reads up to the first image; the transparent colour's index, -1 when there is none. 0: no image.
static int find_image(GifFileType *file, int *transparent) {
    GifRecordType kind;
    *transparent = NO_TRANSPARENT_COLOR;
    while (DGifGetRecordType(file, &kind) == GIF_OK && kind != TERMINATE_RECORD_TYPE) {
        if (kind == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(file) == GIF_OK;
        if (kind != EXTENSION_RECORD_TYPE) continue;
        int code;
        GifByteType *block;
        GraphicsControlBlock control;
        if (DGifGetExtension(file, &code, &block) != GIF_OK) return 0;
        if (block && code == GRAPHICS_EXT_FUNC_CODE &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
            *transparent = control.TransparentColor;
        while (block)
            if (DGifGetExtensionNext(file, &block) != GIF_OK) return 0;
    }
    return 0;
}

// GIF89a appendix E: rows of an interlaced image come in four passes.
static uint32_t stored_row(uint32_t index, uint32_t height, int interlaced) {
    static const uint32_t starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    if (!interlaced) return index;
    for (int pass = 0; pass < 4; pass++) {
        uint32_t count = height > starts[pass] ? (height - starts[pass] - 1) / steps[pass] + 1 : 0;
        if (index < count) return starts[pass] + index * steps[pass];
        index -= count;
    }
    return height - 1;
}

static void place(const selvage_sink *sink, const GifImageDesc *frame, const ColorMapObject *colours,
    int transparent, uint32_t y, const uint8_t *row) {
    uint64_t at = (uint64_t)frame->Top + y;
    if (at >= sink->height) return;
    uint8_t *out = sink->pixels + at * sink->width * 3;
    for (uint64_t x = 0; x < (uint64_t)frame->Width; x++) {
        uint64_t column = (uint64_t)frame->Left + x;
        if (column >= sink->width) break;
        if (row[x] == transparent || row[x] >= colours->ColorCount) continue;
        GifColorType colour = colours->Colors[row[x]];
        out[column * 3] = colour.Red;
        out[column * 3 + 1] = colour.Green;
        out[column * 3 + 2] = colour.Blue;
    }
}

static selvage_outcome read_frame(GifFileType *file, const selvage_limits *limits,
    const selvage_sink *sink, int transparent, char *message) {
    const GifImageDesc *frame = &file->Image;
    const ColorMapObject *colours = frame->ColorMap ? frame->ColorMap : file->SColorMap;
    if (!colours || frame->Width <= 0 || frame->Height <= 0) {
        selvage_say(message, "a GIF frame without pixels or colours");
        return SELVAGE_DAMAGED;
    }
    // A frame may be larger than its screen, and then costs as much.
    if ((uint64_t)frame->Width * (uint64_t)frame->Height > limits->pixels) {
        selvage_say(message, "a GIF frame with more pixels than the limit");
        return SELVAGE_TOO_LARGE;
    }
    uint8_t *row = malloc((size_t)frame->Width);
    if (!row) return SELVAGE_NO_MEMORY;
    uint32_t height = (uint32_t)frame->Height;
    int fine = 1;
    for (uint32_t index = 0; fine && index < height; index++) {
        fine = DGifGetLine(file, row, frame->Width) == GIF_OK;
        if (fine)
            place(sink, frame, colours, transparent,
                stored_row(index, height, frame->Interlace), row);
    }
    free(row);
    if (!fine) selvage_say(message, "the GIF's first frame is damaged");
    return fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}

selvage_outcome selvage_gif_decode(const uint8_t *bytes, size_t size, const selvage_limits *limits,
    const selvage_header *header, selvage_sink *sink, char *message) {
    (void)header;
    reader source = {bytes, size, 0};
    int failure = 0, transparent = NO_TRANSPARENT_COLOR;
    GifFileType *file = DGifOpen(&source, read_bytes, &failure);
    if (!file) {
        selvage_say(message, "a GIF without its screen");
        return failure == D_GIF_ERR_NOT_ENOUGH_MEM ? SELVAGE_NO_MEMORY : SELVAGE_DAMAGED;
    }
    // Where the frame does not reach, and where it is transparent, there is white.
    memset(sink->pixels, 255, (size_t)sink->width * sink->height * 3);
    selvage_outcome outcome = SELVAGE_DAMAGED;
    if (find_image(file, &transparent)) {
        outcome = read_frame(file, limits, sink, transparent, message);
    } else {
        selvage_say(message, "a GIF without an image");
    }
    DGifCloseFile(file, &failure);
    return outcome;
}
