// What the codecs share among themselves.

#ifndef SELVAGE_CODECS_INTERNAL_H
#define SELVAGE_CODECS_INTERNAL_H

#include "include/CCodecs.h"

/// Where decoded rows go: upright, three bytes a pixel.
typedef struct {
    uint8_t *pixels;
    uint32_t width;   // of the rows as decoded
    uint32_t height;
    uint32_t orientation;
} selvage_sink;

/// Puts one decoded row of 3 (RGB) or 4 (RGBA, over white) channels at its upright place.
void selvage_place_row(
    const selvage_sink *sink, uint32_t y, const uint8_t *row, uint32_t channels);

/// The orientation in a TIFF structure as EXIF holds it, 1 when there is none.
uint32_t selvage_exif_orientation(const uint8_t *bytes, size_t size);

void selvage_say(char *message, const char *text);

/// A buffer that grows, for encoders.
typedef struct {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} selvage_buffer;

/// Returns 0 when there is no memory.
int selvage_append(selvage_buffer *buffer, const uint8_t *bytes, size_t size);

selvage_outcome selvage_png_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message);
selvage_outcome selvage_jpeg_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message);
selvage_outcome selvage_webp_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message);

selvage_outcome selvage_png_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, const selvage_sink *sink,
    char *message);
selvage_outcome selvage_jpeg_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint32_t scale,
    const selvage_sink *sink, char *message);
selvage_outcome selvage_webp_decode(
    const uint8_t *bytes, size_t size, const selvage_header *header, const selvage_sink *sink,
    char *message);

#endif
