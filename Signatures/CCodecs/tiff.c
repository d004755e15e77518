// TIFF through libtiff, from memory: the first image, in bands of whole strips or tiles.

#include "tiffsource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROWS = 64 };

int selvage_tiff_matches(const uint8_t *bytes, size_t size) {
    // TIFF 6.0 section 2, and BigTIFF's 43, in either byte order.
    return size >= 8 &&
           (!memcmp(bytes, "II*\0", 4) || !memcmp(bytes, "MM\0*", 4) ||
               !memcmp(bytes, "II+\0", 4) || !memcmp(bytes, "MM\0+", 4));
}

/// Rows that are decoded together: whole strips or tiles, so that none is decoded twice.
static uint32_t band(TIFF *file, uint32_t height) {
    uint32_t rows = 0;
    if (TIFFIsTiled(file)) {
        TIFFGetField(file, TIFFTAG_TILELENGTH, &rows);
    } else {
        TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &rows);
    }
    if (rows == 0 || rows > height) rows = height;
    if (rows < LEAST_ROWS) rows *= (LEAST_ROWS + rows - 1) / rows;
    return rows < height ? rows : height;
}

selvage_outcome selvage_tiff_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    selvage_tiff_source source = {bytes, size, 0, message, NULL};
    TIFF *file = selvage_tiff_open(&source, 64 << 20);
    if (!file) return SELVAGE_DAMAGED;
    uint16_t orientation = 1, compression = 0, samples = 1, *extra = NULL;
    int whole = TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &header->width) &&
                TIFFGetField(file, TIFFTAG_IMAGELENGTH, &header->height);
    TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &orientation);
    TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &compression);
    TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &samples, &extra);
    header->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    header->alpha = samples > 0 && extra && extra[0] != EXTRASAMPLE_UNSPECIFIED;
    if (whole && header->width && header->height) {
        uint64_t rows = band(file, header->height), pixels = (uint64_t)header->width;
        uint64_t one = (uint64_t)(TIFFIsTiled(file) ? TIFFTileSize64(file) : TIFFStripSize64(file));
        header->memory = pixels * header->height * 3 + pixels * rows * 4 + 2 * one + (8 << 20);
    }
    TIFFClose(file);
    if (!whole) {
        selvage_say(message, "a TIFF without its size");
        return SELVAGE_DAMAGED;
    }
    if (compression == COMPRESSION_OJPEG) {
        selvage_say(message, "a TIFF with JPEG data of before 1995");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    message[0] = 0;
    return SELVAGE_OK;
}

static selvage_colours *open_colours(TIFF *file, selvage_inks inks, uint32_t channels) {
    uint32_t length = 0;
    void *profile = NULL;
    if (!TIFFGetField(file, TIFFTAG_ICCPROFILE, &length, &profile)) return NULL;
    return selvage_colours_open(profile, length, inks, channels);
}

typedef struct {
    uint16_t bits;
    uint16_t samples;
} ink_rows;

/// Whether rows are inks that we read ourselves, because a profile or 16 bits ask for it.
static int is_plain_cmyk(TIFF *file, ink_rows *rows) {
    uint16_t photometric = 0, planar = 0, inks = INKSET_CMYK;
    TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &rows->bits);
    TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &rows->samples);
    TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(file, TIFFTAG_INKSET, &inks);
    return photometric == PHOTOMETRIC_SEPARATED && (rows->bits == 8 || rows->bits == 16) &&
           rows->samples >= 4 && planar == PLANARCONFIG_CONTIG && inks == INKSET_CMYK &&
           !TIFFIsTiled(file);
}

/// Four bytes a pixel, of what may have 16 bits and further inks; in place.
static void take_inks(uint8_t *row, ink_rows rows, uint32_t width) {
    for (size_t x = 0; x < width; x++)
        for (size_t ink = 0; ink < 4; ink++) {
            size_t from = x * rows.samples + ink;
            // libtiff has brought 16-bit samples to this machine's byte order.
            row[x * 4 + ink] = rows.bits == 8
                                   ? row[from]
                                   : (uint8_t)((((uint16_t *)(void *)row)[from] + 128) / 257);
        }
}

/// Inks multiplied out, as for JPEG.
static void multiply_out(uint8_t *row, uint32_t width) {
    for (size_t x = 0; x < width; x++) {
        uint32_t light = 255 - row[x * 4 + 3];
        for (size_t channel = 0; channel < 3; channel++)
            row[x * 3 + channel] = (uint8_t)(((255u - row[x * 4 + channel]) * light + 127) / 255);
    }
}

static selvage_outcome read_cmyk(TIFF *file, ink_rows rows, selvage_sink *sink) {
    size_t each = (size_t)rows.samples * rows.bits / 8;
    if (TIFFScanlineSize64(file) != (uint64_t)sink->width * each) return SELVAGE_DAMAGED;
    uint8_t *row = malloc((size_t)sink->width * each);
    if (!row) return SELVAGE_NO_MEMORY;
    sink->inks = SELVAGE_CMYK;
    sink->colours = open_colours(file, SELVAGE_CMYK, 4);
    int fine = 1;
    for (uint32_t y = 0; fine && y < sink->height; y++) {
        fine = TIFFReadScanline(file, row, y, 0) == 1;
        if (!fine) break;
        take_inks(row, rows, sink->width);
        if (!sink->colours) multiply_out(row, sink->width);
        selvage_place_row(sink, y, row, sink->colours ? 4 : 3);
    }
    free(row);
    return fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}

// libtiff has multiplied colours by their alpha already.
static void close_up(const uint32_t *from, uint8_t *to, uint32_t width) {
    for (uint32_t x = 0; x < width; x++, to += 3) {
        uint32_t white = 255 - TIFFGetA(from[x]);
        uint32_t red = TIFFGetR(from[x]) + white, green = TIFFGetG(from[x]) + white;
        uint32_t blue = TIFFGetB(from[x]) + white;
        to[0] = (uint8_t)(red < 255 ? red : 255);
        to[1] = (uint8_t)(green < 255 ? green : 255);
        to[2] = (uint8_t)(blue < 255 ? blue : 255);
    }
}

static selvage_outcome read_bands(TIFFRGBAImage *image, selvage_sink *sink, uint32_t rows) {
    uint32_t *raster = malloc((size_t)sink->width * rows * 4);
    uint8_t *row = malloc((size_t)sink->width * 3);
    int room = raster && row, fine = 1;
    for (uint32_t y = 0; room && fine && y < sink->height; y += rows) {
        uint32_t count = sink->height - y < rows ? sink->height - y : rows;
        image->row_offset = (int)y;
        fine = TIFFRGBAImageGet(image, raster, sink->width, count);
        for (uint32_t index = 0; fine && index < count; index++) {
            close_up(raster + (size_t)index * sink->width, row, sink->width);
            selvage_place_row(sink, y + index, row, 3);
        }
    }
    free(row);
    free(raster);
    return !room ? SELVAGE_NO_MEMORY : fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}

static selvage_outcome read_picture(TIFF *file, selvage_sink *sink, char *message) {
    char problem[1024] = "";
    TIFFRGBAImage image;
    // Floating point, six inks and other matters of laboratories and printers.
    if (!TIFFRGBAImageOK(file, problem)) {
        snprintf(message, SELVAGE_MESSAGE_SIZE, "a TIFF of a kind that is not read: %.150s", problem);
        return SELVAGE_UNKNOWN_FORMAT;
    }
    if (!TIFFRGBAImageBegin(&image, file, 1, problem)) {
        selvage_say(message, problem);
        return SELVAGE_DAMAGED;
    }
    selvage_outcome outcome = SELVAGE_DAMAGED;
    if (image.width == sink->width && image.height == sink->height) {
        // Rows come as they are stored; `selvage_place_row` sets them upright.
        image.req_orientation = image.orientation;
        int grey = image.photometric == PHOTOMETRIC_MINISBLACK ||
                   image.photometric == PHOTOMETRIC_MINISWHITE;
        if (grey || image.photometric == PHOTOMETRIC_RGB ||
            image.photometric == PHOTOMETRIC_PALETTE || image.photometric == PHOTOMETRIC_YCBCR)
            sink->colours = open_colours(file, grey ? SELVAGE_GREY : SELVAGE_RGB, 3);
        outcome = read_bands(&image, sink, band(file, sink->height));
    }
    TIFFRGBAImageEnd(&image);
    return outcome;
}

selvage_outcome selvage_tiff_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    (void)header;
    selvage_tiff_source source = {bytes, size, 0, message, NULL};
    TIFF *file = selvage_tiff_open(&source, limits->memory);
    if (!file) return SELVAGE_DAMAGED;
    selvage_outcome outcome;
    ink_rows rows = {0, 0};
    if (is_plain_cmyk(file, &rows)) {
        outcome = read_cmyk(file, rows, sink);
    } else {
        outcome = read_picture(file, sink, message);
    }
    TIFFClose(file);
    return outcome;
}
