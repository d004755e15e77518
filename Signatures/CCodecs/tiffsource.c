// libtiff on memory: it sees bytes, never a file.

#include "tiffsource.h"

#include <stdio.h>
#include <string.h>

static tmsize_t read_bytes(thandle_t handle, void *into, tmsize_t count) {
    selvage_tiff_source *source = handle;
    if (count <= 0 || source->offset >= source->size) return 0;
    uint64_t left = source->size - source->offset;
    uint64_t given = (uint64_t)count < left ? (uint64_t)count : left;
    memcpy(into, source->bytes + source->offset, given);
    source->offset += given;
    return (tmsize_t)given;
}

static tmsize_t write_bytes(thandle_t handle, void *from, tmsize_t count) {
    selvage_tiff_source *source = handle;
    selvage_room *room = source->room;
    if (!room || count < 0 || source->offset > room->capacity ||
        (uint64_t)count > room->capacity - source->offset)
        return 0;
    // libtiff leaves gaps of a byte before what starts at even places.
    if (source->offset > room->size)
        memset(room->bytes + room->size, 0, source->offset - room->size);
    memcpy(room->bytes + source->offset, from, (size_t)count);
    source->offset += (uint64_t)count;
    if (source->offset > room->size) room->size = source->size = source->offset;
    return count;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    selvage_tiff_source *source = handle;
    if (whence == SEEK_CUR) offset += source->offset;
    if (whence == SEEK_END) offset += source->size;
    return source->offset = offset;
}

static int close_file(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) { return ((selvage_tiff_source *)handle)->size; }

static int on_error(
    TIFF *file, void *source, const char *module, const char *format, va_list arguments) {
    (void)file;
    (void)module;
    vsnprintf(((selvage_tiff_source *)source)->message, SELVAGE_MESSAGE_SIZE, format, arguments);
    return 1;
}

static int on_warning(
    TIFF *file, void *source, const char *module, const char *format, va_list arguments) {
    (void)file;
    (void)source;
    (void)module;
    (void)format;
    (void)arguments;
    return 1;
}

static TIFF *open_as(selvage_tiff_source *source, const char *mode, uint64_t memory) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    if (memory > 0) TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)memory);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, source);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, source);
    TIFF *file = TIFFClientOpenExt("image", mode, source, read_bytes, write_bytes, seek,
        close_file, size_of, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return file;
}

TIFF *selvage_tiff_open(selvage_tiff_source *source, uint64_t memory) {
    // "m": never mapped, so libtiff reads only through `read_bytes`.
    return open_as(source, "rm", memory);
}

TIFF *selvage_tiff_create(selvage_tiff_source *source, const char *mode) {
    source->bytes = source->room->bytes;
    return open_as(source, mode, 0);
}
