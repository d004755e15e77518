// Masters: pictures read as they are stored, and written again in their own format.
//
// Reading is given hostile bytes, as all decoding is; writing is given pixels that we hold.

#ifndef SELVAGE_CMASTERS_H
#define SELVAGE_CMASTERS_H

#include "CCodecs.h"

/// Bytes of room a pixel that reading a master takes: colours, alpha, and the low bytes of both.
enum { SELVAGE_MASTER_ROOM = 8 };

/// What lies in the room after reading, `n` being width times height: 3n bytes of red, green and
/// blue; at 3n the alpha plane; at 4n the low bytes of the colours; at 7n those of the alpha.
typedef struct {
    uint32_t width;   // as stored, whatever the orientation
    uint32_t height;
    uint32_t alpha;   // 1 when there is an alpha plane
    uint32_t deep;    // 1 when samples have 16 bits, whose low bytes lie apart
    uint32_t grey;    // 1 when the three channels are one that is stored
} selvage_layers;

/// Decodes a PNG, JPEG, WebP or TIFF as it is stored: not turned, no colour changed.
selvage_outcome selvage_decode_master(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint8_t *output,
    size_t capacity, selvage_layers *result, char *message);

/// A master about to be written.
///
/// A sample of 16 bits is what it was plus 257 times the change of its high byte, clipped; so
/// `before` and `low` come with 16 bits only. `front` and `back` are metadata in the format's own
/// form: of a PNG the chunks before and behind the picture, of a JPEG the segments behind its start.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t grey;
    const uint8_t *after;     // red, green, blue
    const uint8_t *before;    // the same as read, or NULL
    const uint8_t *low;       // their low bytes, or NULL
    const uint8_t *alpha;     // or NULL
    const uint8_t *alphaLow;  // with alpha and 16 bits
    const uint8_t *front;
    size_t frontSize;
    const uint8_t *back;
    size_t backSize;
} selvage_master;

/// Where a file is written; it never grows.
typedef struct {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
} selvage_room;

selvage_outcome selvage_write_png(
    const selvage_master *master, int interlaced, selvage_room *room, char *message);

/// How a JPEG was coded.
typedef struct {
    uint32_t components;     // 1 or 3
    uint32_t plain;          // 1: red, green and blue are stored as such
    uint32_t progressive;
    uint8_t across[3];       // sampling factors
    uint8_t down[3];
    uint8_t table[3];        // which quantisation table
    uint16_t tables[4][64];  // in natural order; 0 throughout when there is none
} selvage_jpeg_coding;

/// Writes with the finer step of the given tables and `quality`'s, for each coefficient.
selvage_outcome selvage_write_jpeg(const selvage_master *master, const selvage_jpeg_coding *coding,
    int quality, selvage_room *room, char *message);

/// Writes lossless, or lossy of a quality.
selvage_outcome selvage_write_webp(const selvage_master *master, int lossless, float quality,
    selvage_room *room, char *message);

/// How a TIFF is stored.
typedef struct {
    uint32_t compression;  // as the tag has it
    uint32_t predictor;    // 1 or 2
    uint32_t inverted;     // 1: white is zero, of grey
    uint32_t extra;        // what the alpha is, as the tag ExtraSamples has it
    uint32_t bigEndian;
    uint32_t wide;         // 1: BigTIFF
} selvage_tiff_coding;

/// Writes one image without metadata. Fails with SELVAGE_UNKNOWN_FORMAT when the compression cannot
/// be written here.
selvage_outcome selvage_write_tiff(const selvage_master *master, const selvage_tiff_coding *coding,
    selvage_room *room, char *message);

/// Unpacks a zlib stream into `room`; SELVAGE_TOO_LARGE when it does not fit.
selvage_outcome selvage_unpack(
    const uint8_t *bytes, size_t size, selvage_room *room, char *message);

#endif
