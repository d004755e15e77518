// What the codecs share among themselves.

#ifndef SELVAGE_CODECS_INTERNAL_H
#define SELVAGE_CODECS_INTERNAL_H

#include "include/CCodecs.h"

/// An embedded profile's way to sRGB.
typedef struct selvage_colours selvage_colours;

/// What a row's channels mean to a profile; grey rows have the same value in all three.
typedef enum { SELVAGE_RGB, SELVAGE_GREY, SELVAGE_CMYK, SELVAGE_CMYK_INVERTED } selvage_inks;

/// Opens a profile for rows of `channels`; NULL when it changes nothing or cannot be used.
selvage_colours *selvage_colours_open(
    const uint8_t *profile, size_t size, selvage_inks inks, uint32_t channels);

/// Converts a row, also in place; inks come out as three channels, others keep theirs.
void selvage_colours_convert(
    const selvage_colours *colours, const uint8_t *from, uint8_t *to, uint32_t width);

void selvage_colours_close(selvage_colours *colours);

/// Where decoded rows go: upright, three bytes a pixel.
typedef struct {
    uint8_t *pixels;
    uint32_t width;   // of the rows as decoded
    uint32_t height;
    uint32_t orientation;
    uint32_t room;             // bytes a pixel that `pixels` has
    selvage_colours *colours;  // set by the codec, closed by `selvage_decode`
    selvage_inks inks;         // of the rows; with `colours` only
} selvage_sink;

/// Puts one decoded row of 3 (RGB) or 4 (RGBA, over white; or inks with a profile) channels at its
/// upright place. The row is changed.
void selvage_place_row(
    const selvage_sink *sink, uint32_t y, uint8_t *row, uint32_t channels);

/// The orientation in a TIFF structure as EXIF holds it, 1 when there is none.
uint32_t selvage_exif_orientation(const uint8_t *bytes, size_t size);

/// Whether a picture of this header is within the limits.
selvage_outcome selvage_check_header(
    const selvage_header *header, const selvage_limits *limits, char *message);

void selvage_say(char *message, const char *text);

/// A buffer that grows, for encoders.
typedef struct {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} selvage_buffer;

/// Returns 0 when there is no memory.
int selvage_append(selvage_buffer *buffer, const uint8_t *bytes, size_t size);

/// One format's reader. Both functions are given hostile bytes, and leave a sentence in `message`
/// when they fail; `header` comes in as zeros but for its format, orientation 1, scans 1,
/// eighths 8, room 3.
typedef struct {
    selvage_format format;
    int (*matches)(const uint8_t *bytes, size_t size);
    selvage_outcome (*header)(
        const uint8_t *bytes, size_t size, selvage_header *header, char *message);
    selvage_outcome (*decode)(const uint8_t *bytes, size_t size, const selvage_limits *limits,
        const selvage_header *header, selvage_sink *sink, char *message);
} selvage_codec;

#define SELVAGE_DECLARE_CODEC(name)                                                              \
    int selvage_##name##_matches(const uint8_t *bytes, size_t size);                             \
    selvage_outcome selvage_##name##_header(                                                     \
        const uint8_t *bytes, size_t size, selvage_header *header, char *message);               \
    selvage_outcome selvage_##name##_decode(const uint8_t *bytes, size_t size,                   \
        const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,          \
        char *message)

SELVAGE_DECLARE_CODEC(png);
SELVAGE_DECLARE_CODEC(jpeg);
SELVAGE_DECLARE_CODEC(webp);
SELVAGE_DECLARE_CODEC(gif);
SELVAGE_DECLARE_CODEC(tiff);
SELVAGE_DECLARE_CODEC(avif);
SELVAGE_DECLARE_CODEC(svg);

/// Shrinks a picture in place to a whole fraction of its size, by the mean of each block.
void selvage_shrink(uint8_t *pixels, uint32_t *width, uint32_t *height, uint32_t factor);

#endif
