// The wall before libpng, libjpeg-turbo and libwebp: plain values in, plain values out.
//
// Every function may be given hostile bytes. No error jump leaves a function of this library.

#ifndef SELVAGE_CCODECS_H
#define SELVAGE_CCODECS_H

#include <stddef.h>
#include <stdint.h>

#include "CDecoderChild.h"

enum { SELVAGE_MESSAGE_SIZE = 200 };

/// How a call ended.
typedef enum {
    SELVAGE_OK = 0,
    SELVAGE_UNKNOWN_FORMAT = 1,
    SELVAGE_TOO_LARGE = 2,
    SELVAGE_DAMAGED = 3,
    SELVAGE_NO_MEMORY = 4
} selvage_outcome;

typedef enum { SELVAGE_PNG = 1, SELVAGE_JPEG = 2, SELVAGE_WEBP = 3 } selvage_format;

/// What is allowed; checked against the header before any pixel is decoded.
typedef struct {
    uint64_t pixels;  // width * height
    uint32_t side;    // longest side
    uint64_t memory;  // bytes, output included, by estimate
    uint32_t scans;   // of a progressive JPEG
} selvage_limits;

/// What the header says.
typedef struct {
    selvage_format format;
    uint32_t width;        // as stored
    uint32_t height;       // as stored
    uint32_t orientation;  // EXIF 1...8
    uint32_t alpha;        // 1 when the format says there is transparency
    uint32_t scans;        // of a JPEG; 1 elsewhere
    uint64_t memory;       // estimate of the bytes that decoding takes, output included
} selvage_header;

/// Reads the header. `message` has SELVAGE_MESSAGE_SIZE bytes.
selvage_outcome selvage_read_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message);

/// Bytes that `selvage_decode` needs as output for a header: rows may pass through with alpha.
size_t selvage_output_capacity(const selvage_header *header, uint32_t scale);

/// Decodes into `output` as upright RGB without padding, transparency over white.
///
/// `scale` is 1, 2, 4 or 8: a JPEG is decoded at that fraction of its size, others at full size.
selvage_outcome selvage_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint32_t scale,
    uint8_t *output, size_t capacity, uint32_t *width, uint32_t *height, char *message);

/// Encodes RGB rows; `*encoded` is freed with `selvage_free`.
selvage_outcome selvage_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **encoded, size_t *size,
    char *message);
selvage_outcome selvage_encode_jpeg(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *size, char *message);
selvage_outcome selvage_encode_webp(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *size, char *message);

void selvage_free(void *memory);

#endif
