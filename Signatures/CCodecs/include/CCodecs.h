// The wall before the image libraries: plain values in, plain values out.
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

typedef enum {
    SELVAGE_PNG = 1,
    SELVAGE_JPEG = 2,
    SELVAGE_WEBP = 3,
    SELVAGE_GIF = 4,
    SELVAGE_TIFF = 5,
    SELVAGE_AVIF = 6,
    SELVAGE_SVG = 7
} selvage_format;

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
    uint32_t eighths;      // of its size at which a JPEG is to be decoded: 1, 2, 4, 8; 8 elsewhere
    uint32_t room;         // bytes a pixel while it is decoded in place: 3, or 4 with alpha
    uint64_t memory;       // estimate of the bytes that decoding takes, output included
} selvage_header;

/// Reads the header. `message` has SELVAGE_MESSAGE_SIZE bytes.
selvage_outcome selvage_read_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message);

/// 1 when the bytes look like an SVG drawing, which only a prepared process can read.
int selvage_svg_matches(const uint8_t *bytes, size_t size);

/// Loads what drawings need and lets it look for its files; before the process is confined.
///
/// Returns 0 when librsvg is not at hand; drawings are then of an unknown format.
int selvage_prepare_drawings(void);

/// Loads what AVIF needs, which a confined process no longer can; others load it when it is needed.
///
/// Returns 0 when libavif is not at hand; AVIF is then an unknown format.
int selvage_prepare_avif(void);

/// Bytes that `selvage_decode` needs as output for a header: rows may pass through with alpha.
///
/// Sets `header->eighths` for pictures whose longer side is to be `least` at least (0: in full).
size_t selvage_output_capacity(selvage_header *header, uint32_t least);

/// What came out, and how large the picture was before it was reduced; upright.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t fullWidth;
    uint32_t fullHeight;
} selvage_size;

/// Decodes into `output` as upright sRGB without padding, transparency over white.
///
/// When `least` is not 0 and the longer side is larger, the picture is reduced to a fraction of its
/// size whose longer side is `least` at least: a JPEG to a half, quarter or eighth, then all to a whole part.
selvage_outcome selvage_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint32_t least,
    uint8_t *output, size_t capacity, selvage_size *result, char *message);

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

#include "CMasters.h"

#endif
