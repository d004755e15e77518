// TIFF masters: samples as they are stored, written with the compression they had.

#include "masters.h"
#include "tiffsource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes of a strip that is written, about; a whole number of rows.
enum { STRIP = 1 << 18 };

typedef struct {
    uint16_t bits;
    uint16_t samples;
    uint16_t photometric;
    uint16_t planar;
    uint16_t kind;  // of sample: unsigned, signed, floating
    uint16_t compression;
    uint16_t extras;
    uint16_t *extra;
    uint32_t colours;  // channels before the extra ones
    uint16_t *palette[3];
} storage;

static int is_grey(const storage *stored) {
    return stored->photometric == PHOTOMETRIC_MINISBLACK ||
           stored->photometric == PHOTOMETRIC_MINISWHITE;
}

/// A sentence about what cannot be written again as it was, NULL when all can.
static const char *objection(TIFF *file, storage *stored) {
    stored->photometric = 0xffff;
    TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &stored->photometric);
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &stored->bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &stored->samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &stored->planar);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &stored->kind);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &stored->compression);
    TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &stored->extras, &stored->extra);
    int palette = stored->photometric == PHOTOMETRIC_PALETTE;
    stored->colours = is_grey(stored) || palette ? 1 : 3;
    if (stored->photometric == PHOTOMETRIC_SEPARATED)
        return "its colours are inks (CMYK); convert it to RGB first";
    // libjpeg turns YCbCr into RGB by itself.
    if (stored->photometric == PHOTOMETRIC_YCBCR && stored->compression == COMPRESSION_JPEG) {
        TIFFSetField(file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    } else if (!is_grey(stored) && !palette && stored->photometric != PHOTOMETRIC_RGB) {
        return "its colours are neither grey, RGB nor a palette; convert it to RGB first";
    }
    int small = stored->bits == 1 || stored->bits == 2 || stored->bits == 4;
    if (!(stored->bits == 8 || (stored->bits == 16 && !palette) ||
            (small && stored->colours == 1 && stored->samples == 1)))
        return "its samples have neither 8 nor 16 bits; convert it first";
    if (stored->kind != SAMPLEFORMAT_UINT && stored->kind != SAMPLEFORMAT_VOID)
        return "its samples are no whole numbers; convert it to 8 or 16 bits first";
    if (stored->samples < stored->colours || stored->samples > stored->colours + !palette)
        return "it has channels beside colours and alpha; flatten it first";
    if (palette && !TIFFGetField(file, TIFFTAG_COLORMAP, &stored->palette[0], &stored->palette[1],
                       &stored->palette[2]))
        return "its palette is missing";
    return NULL;
}

/// Brings `count` samples, packed or not, to one of eight bits each or leaves sixteen; white is high.
static void unpack(const storage *stored, const uint8_t *from, uint8_t *to, uint32_t count) {
    uint32_t bits = stored->bits;
    for (uint32_t index = 0; bits < 8 && index < count; index++) {
        uint32_t place = index * bits;
        to[index] = (uint8_t)(from[place / 8] >> (8 - bits - place % 8) & ((1u << bits) - 1));
        if (is_grey(stored)) to[index] = (uint8_t)(to[index] * (255u / ((1u << bits) - 1)));
    }
    if (bits >= 8) memcpy(to, from, (size_t)count * bits / 8);
    if (stored->photometric != PHOTOMETRIC_MINISWHITE) return;
    // Alpha, which follows each sample when there is one, is not turned round.
    uint32_t each = stored->planar == PLANARCONFIG_CONTIG ? stored->samples : 1;
    for (uint32_t index = 0; index < count; index += each) {
        if (bits == 16) {
            ((uint16_t *)(void *)to)[index] ^= 0xffff;
        } else {
            to[index] ^= 0xff;
        }
    }
}

static uint8_t palette_byte(const storage *stored, uint32_t channel, uint8_t index) {
    return (uint8_t)(stored->palette[channel][index] >> 8);
}

/// Puts `count` pixels, or of separate planes samples of one channel, at their place.
static void put(const storage *stored, const selvage_planes *planes, uint32_t x, uint32_t y,
    uint8_t *row, uint32_t count, uint32_t sample) {
    if (stored->photometric == PHOTOMETRIC_PALETTE) {
        uint8_t *to = planes->colours + ((size_t)y * planes->layers->width + x) * 3;
        for (uint32_t index = 0; index < count; index++)
            for (uint32_t channel = 0; channel < 3; channel++)
                *to++ = palette_byte(stored, channel, row[index]);
    } else if (stored->planar == PLANARCONFIG_CONTIG) {
        selvage_put_row(planes, x, y, 1, row, count, stored->samples);
    } else {
        selvage_put_channel(
            planes, x, y, 1, row, 1, count, sample < stored->colours ? sample : 3);
    }
}

/// What the loops over strips and tiles have in common.
typedef struct {
    TIFF *file;
    const storage *stored;
    const selvage_planes *planes;
    uint8_t *raw;
    uint8_t *row;
} reading;

static int read_strips(const reading *state) {
    const selvage_layers *layers = state->planes->layers;
    int contiguous = state->stored->planar == PLANARCONFIG_CONTIG;
    uint32_t each = contiguous ? state->stored->samples : 1;
    for (uint16_t sample = 0; sample < (contiguous ? 1 : state->stored->samples); sample++)
        for (uint32_t y = 0; y < layers->height; y++) {
            if (TIFFReadScanline(state->file, state->raw, y, sample) != 1) return 0;
            unpack(state->stored, state->raw, state->row, layers->width * each);
            // White that is zero concerns the first plane only.
            if (!contiguous && sample >= state->stored->colours)
                memcpy(state->row, state->raw, (size_t)layers->width * state->stored->bits / 8);
            put(state->stored, state->planes, 0, y, state->row, layers->width, sample);
        }
    return 1;
}

static int read_tiles(const reading *state, uint32_t width, uint32_t height) {
    const selvage_layers *layers = state->planes->layers;
    int contiguous = state->stored->planar == PLANARCONFIG_CONTIG;
    uint32_t each = contiguous ? state->stored->samples : 1;
    size_t stride = (size_t)TIFFTileRowSize64(state->file);
    for (uint16_t sample = 0; sample < (contiguous ? 1 : state->stored->samples); sample++)
        for (uint32_t y = 0; y < layers->height; y += height)
            for (uint32_t x = 0; x < layers->width; x += width) {
                if (TIFFReadTile(state->file, state->raw, x, y, 0, sample) < 0) return 0;
                uint32_t count = layers->width - x < width ? layers->width - x : width;
                for (uint32_t down = 0; down < height && y + down < layers->height; down++) {
                    const uint8_t *from = state->raw + down * stride;
                    unpack(state->stored, from, state->row, count * each);
                    if (!contiguous && sample >= state->stored->colours)
                        memcpy(state->row, from, (size_t)count * state->stored->bits / 8);
                    put(state->stored, state->planes, x, y + down, state->row, count, sample);
                }
            }
    return 1;
}

static selvage_outcome read_samples(TIFF *file, const storage *stored,
    const selvage_limits *limits, const selvage_planes *planes) {
    uint32_t width = planes->layers->width, height = 1;
    int tiled = TIFFIsTiled(file);
    if (tiled) {
        width = height = 0;
        TIFFGetField(file, TIFFTAG_TILEWIDTH, &width);
        TIFFGetField(file, TIFFTAG_TILELENGTH, &height);
    }
    uint32_t each = stored->planar == PLANARCONFIG_CONTIG ? stored->samples : 1;
    uint64_t expected = ((uint64_t)width * each * stored->bits + 7) / 8;
    uint64_t given = tiled ? TIFFTileRowSize64(file) : TIFFScanlineSize64(file);
    if (width == 0 || height == 0 || given != expected) return SELVAGE_DAMAGED;
    if (given * height > limits->memory / 2) return SELVAGE_TOO_LARGE;
    // A scanline of a damaged strip may be shorter than the room, never longer.
    reading state = {file, stored, planes, calloc(1, (size_t)(given * height)),
        malloc((size_t)width * each * 2)};
    selvage_outcome outcome = SELVAGE_NO_MEMORY;
    if (state.raw && state.row)
        outcome = (tiled ? read_tiles(&state, width, height) : read_strips(&state))
                      ? SELVAGE_OK
                      : SELVAGE_DAMAGED;
    free(state.raw);
    free(state.row);
    return outcome;
}

selvage_outcome selvage_tiff_master(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, const selvage_planes *planes,
    char *message) {
    (void)header;
    selvage_tiff_source source = {bytes, size, 0, message, NULL};
    TIFF *file = selvage_tiff_open(&source, limits->memory);
    if (!file) return SELVAGE_DAMAGED;
    storage stored = {.bits = 1, .samples = 1};
    const char *why = objection(file, &stored);
    selvage_outcome outcome = SELVAGE_UNKNOWN_FORMAT;
    if (why) {
        selvage_say(message, why);
    } else {
        planes->layers->deep = stored.bits == 16;
        planes->layers->grey = is_grey(&stored);
        planes->layers->alpha = stored.samples > stored.colours;
        outcome = read_samples(file, &stored, limits, planes);
        if (outcome != SELVAGE_OK && !message[0]) selvage_say(message, "its samples end too early");
    }
    TIFFClose(file);
    return outcome;
}

static int set_up(TIFF *file, const selvage_master *master, const selvage_tiff_coding *coding) {
    uint32_t channels = selvage_master_channels(master), bits = master->low ? 16 : 8;
    uint32_t stride = master->width * channels * bits / 8;
    uint16_t extra = (uint16_t)coding->extra;
    int photometric = !master->grey      ? PHOTOMETRIC_RGB
                      : coding->inverted ? PHOTOMETRIC_MINISWHITE
                                         : PHOTOMETRIC_MINISBLACK;
    uint32_t rows = stride < STRIP ? STRIP / stride : 1;
    int fine = TIFFSetField(file, TIFFTAG_IMAGEWIDTH, master->width) &&
               TIFFSetField(file, TIFFTAG_IMAGELENGTH, master->height) &&
               TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, bits) &&
               TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, channels) &&
               TIFFSetField(file, TIFFTAG_PHOTOMETRIC, photometric) &&
               TIFFSetField(file, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
               TIFFSetField(file, TIFFTAG_ROWSPERSTRIP, rows < master->height ? rows : master->height) &&
               TIFFSetField(file, TIFFTAG_COMPRESSION, coding->compression);
    if (fine && master->alpha) fine = TIFFSetField(file, TIFFTAG_EXTRASAMPLES, 1, &extra);
    if (fine && coding->predictor > 1) fine = TIFFSetField(file, TIFFTAG_PREDICTOR, 2);
    int deflate = coding->compression == COMPRESSION_ADOBE_DEFLATE ||
                  coding->compression == COMPRESSION_DEFLATE;
    // As for a large PNG.
    if (fine && deflate && (uint64_t)master->width * master->height > 16000000)
        fine = TIFFSetField(file, TIFFTAG_ZIPQUALITY, 3);
    return fine;
}

static void turn_round(const selvage_master *master, void *row) {
    uint32_t channels = selvage_master_channels(master);
    for (uint32_t x = 0; x < master->width; x++) {
        if (master->low) {
            ((uint16_t *)row)[(size_t)x * channels] ^= 0xffff;
        } else {
            ((uint8_t *)row)[(size_t)x * channels] ^= 0xff;
        }
    }
}

selvage_outcome selvage_write_tiff(const selvage_master *master, const selvage_tiff_coding *coding,
    selvage_room *room, char *message) {
    char mode[8];
    message[0] = 0;
    if (!TIFFIsCODECConfigured((uint16_t)coding->compression)) return SELVAGE_UNKNOWN_FORMAT;
    snprintf(mode, sizeof mode, "w%s%s", coding->bigEndian ? "b" : "l", coding->wide ? "8" : "4");
    selvage_tiff_source source = {room->bytes, 0, 0, message, room};
    void *row = malloc((size_t)master->width * selvage_master_channels(master) * 2);
    if (!row) return SELVAGE_NO_MEMORY;
    TIFF *file = selvage_tiff_create(&source, mode);
    int fine = file && set_up(file, master, coding);
    for (uint32_t y = 0; fine && y < master->height; y++) {
        selvage_master_row(master, y, row);
        if (coding->inverted && master->grey) turn_round(master, row);
        fine = TIFFWriteScanline(file, row, y, 0) == 1;
    }
    if (fine) fine = TIFFWriteDirectory(file);
    if (file) TIFFClose(file);
    free(row);
    return fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}
