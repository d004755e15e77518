// AVIF through libavif, one thread; of a sequence the first image.
//
// The library is loaded when the first AVIF comes, or by a child before it is confined: with it come
// six AV1 coders and their tables, which a crawl that decodes nothing would carry for nothing.

#include "codecs.h"

#include <avif/avif.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The ABI of the header that this file is compiled with.
#if AVIF_VERSION_MAJOR >= 1
#define LIBRARY "libavif.so.16"
#else
#define LIBRARY "libavif.so.15"
#endif

/// The functions used; `ready` when all were found.
static struct {
    __typeof__(avifDecoderCreate) *create;
    __typeof__(avifDecoderDestroy) *destroy;
    __typeof__(avifDecoderSetIOMemory) *set_memory;
    __typeof__(avifDecoderParse) *parse;
    __typeof__(avifDecoderNextImage) *next_image;
    __typeof__(avifCodecName) *codec_name;
    __typeof__(avifResultToString) *text;
    __typeof__(avifRGBImageSetDefaults) *set_defaults;
    __typeof__(avifImageYUVToRGB) *to_rgb;
    int ready;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *avif = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!avif) return;
    *(void **)&library.create = dlsym(avif, "avifDecoderCreate");
    *(void **)&library.destroy = dlsym(avif, "avifDecoderDestroy");
    *(void **)&library.set_memory = dlsym(avif, "avifDecoderSetIOMemory");
    *(void **)&library.parse = dlsym(avif, "avifDecoderParse");
    *(void **)&library.next_image = dlsym(avif, "avifDecoderNextImage");
    *(void **)&library.codec_name = dlsym(avif, "avifCodecName");
    *(void **)&library.text = dlsym(avif, "avifResultToString");
    *(void **)&library.set_defaults = dlsym(avif, "avifRGBImageSetDefaults");
    *(void **)&library.to_rgb = dlsym(avif, "avifImageYUVToRGB");
    library.ready = library.create && library.destroy && library.set_memory && library.parse &&
                    library.next_image && library.codec_name && library.text &&
                    library.set_defaults && library.to_rgb;
}

int selvage_prepare_avif(void) {
    pthread_once(&once, load);
    return library.ready;
}

static uint32_t read32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// ISO/IEC 14496-12, 4.3: the file type box names the brands that the file keeps to.
int selvage_avif_matches(const uint8_t *bytes, size_t size) {
    if (size < 16 || memcmp(bytes + 4, "ftyp", 4)) return 0;
    size_t length = read32(bytes);
    if (length > size) length = size;
    for (size_t at = 8; at + 4 <= length; at += at == 8 ? 8 : 4)
        if (!memcmp(bytes + at, "avif", 4) || !memcmp(bytes + at, "avis", 4)) return 1;
    return 0;
}

/// A decoder that has read the boxes and no pixel. `pixels` and `side` are its own limits.
static avifDecoder *open_file(
    const uint8_t *bytes, size_t size, uint32_t pixels, uint32_t side, char *message) {
    if (!selvage_prepare_avif()) return NULL;
    avifDecoder *decoder = library.create();
    if (!decoder) return NULL;
    // dav1d is both the fastest and the most fuzzed of the AV1 decoders.
    if (library.codec_name(AVIF_CODEC_CHOICE_DAV1D, AVIF_CODEC_FLAG_CAN_DECODE))
        decoder->codecChoice = AVIF_CODEC_CHOICE_DAV1D;
    decoder->maxThreads = 1;
    decoder->ignoreXMP = AVIF_TRUE;
    decoder->ignoreExif = AVIF_TRUE;
    decoder->imageSizeLimit = pixels;
    decoder->imageDimensionLimit = side;
    decoder->imageCountLimit = 1 << 16;
    // libheif before 1.12 and cavif before 0.7.4 left these boxes out of honest files.
    decoder->strictFlags = AVIF_STRICT_CLAP_VALID;
    avifResult result = library.set_memory(decoder, bytes, size);
    if (result == AVIF_RESULT_OK) result = library.parse(decoder);
    if (result != AVIF_RESULT_OK) {
        selvage_say(message, library.text(result));
        library.destroy(decoder);
        return NULL;
    }
    return decoder;
}

// ISO/IEC 23008-12: the rotation (counter-clockwise) comes first, then the mirror. The table has
// EXIF's names for the eight outcomes: unmirrored, top and bottom exchanged, left and right.
static uint32_t orientation(const avifImage *image) {
    static const uint32_t names[4][3] = {{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}};
    uint32_t turns = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3 : 0;
    int mirrored = (image->transformFlags & AVIF_TRANSFORM_IMIR) != 0;
    return names[turns][mirrored ? 1 + (image->imir.mode & 1) : 0];
}

selvage_outcome selvage_avif_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    if (!selvage_prepare_avif()) {
        selvage_say(message, "AVIF cannot be read here, for " LIBRARY " cannot be loaded");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    avifDecoder *decoder = open_file(
        bytes, size, AVIF_DEFAULT_IMAGE_SIZE_LIMIT, AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT, message);
    if (!decoder) return SELVAGE_DAMAGED;
    const avifImage *image = decoder->image;
    header->width = image->width;
    header->height = image->height;
    header->alpha = decoder->alphaPresent != 0;
    header->room = header->alpha ? 4 : 3;
    header->orientation = orientation(image);
    uint64_t pixels = (uint64_t)header->width * header->height;
    // Planes as AV1 keeps them, twice while a grid is put together, and the rows.
    uint64_t planes = (image->yuvFormat == AVIF_PIXEL_FORMAT_YUV444   ? 6
                          : image->yuvFormat == AVIF_PIXEL_FORMAT_YUV422 ? 4
                                                                         : 3) +
                      (header->alpha ? 2 : 0);
    header->memory = pixels * planes / (image->depth > 8 ? 1 : 2) +
                     pixels * (header->orientation > 1 ? 7 : 4) + (32 << 20);
    library.destroy(decoder);
    return SELVAGE_OK;
}

/// Turns the planes into rows, 3 or 4 channels, at `into`.
static int convert(const avifImage *image, uint32_t channels, uint8_t *into) {
    avifRGBImage rows;
    library.set_defaults(&rows, image);
    rows.format = channels == 4 ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
    rows.depth = 8;
    rows.pixels = into;
    rows.rowBytes = image->width * channels;
    return library.to_rgb(image, &rows) == AVIF_RESULT_OK;
}

static selvage_outcome place(const avifImage *image, selvage_sink *sink, char *message) {
    uint32_t channels = sink->room;
    size_t stride = (size_t)sink->width * channels;
    // An upright picture is converted where it will stay; a turned one needs a place to turn from.
    int upright = sink->orientation == 1;
    uint8_t *rows = upright ? sink->pixels : malloc(stride * sink->height);
    if (!rows) return SELVAGE_NO_MEMORY;
    int fine = convert(image, channels, rows);
    if (fine) {
        int grey = image->yuvFormat == AVIF_PIXEL_FORMAT_YUV400;
        sink->inks = grey ? SELVAGE_GREY : SELVAGE_RGB;
        sink->colours = selvage_colours_open(
            image->icc.data, image->icc.size, sink->inks, channels);
    }
    int in_place = upright && channels == 3 && !sink->colours;
    for (uint32_t y = 0; fine && !in_place && y < sink->height; y++)
        selvage_place_row(sink, y, rows + y * stride, channels);
    if (!upright) free(rows);
    if (!fine) selvage_say(message, "the AVIF's colours cannot be converted");
    return fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}

selvage_outcome selvage_avif_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    (void)header;
    uint32_t pixels = limits->pixels < AVIF_DEFAULT_IMAGE_SIZE_LIMIT
                          ? (uint32_t)limits->pixels
                          : AVIF_DEFAULT_IMAGE_SIZE_LIMIT;
    avifDecoder *decoder = open_file(bytes, size, pixels, limits->side, message);
    if (!decoder) return SELVAGE_DAMAGED;
    avifResult result = library.next_image(decoder);
    selvage_outcome outcome;
    if (result == AVIF_RESULT_OUT_OF_MEMORY) {
        outcome = SELVAGE_NO_MEMORY;
    } else if (result != AVIF_RESULT_OK) {
        selvage_say(message, library.text(result));
        outcome = SELVAGE_DAMAGED;
    } else if (decoder->image->width != sink->width || decoder->image->height != sink->height) {
        selvage_say(message, "the header contradicts itself");
        outcome = SELVAGE_DAMAGED;
    } else {
        outcome = place(decoder->image, sink, message);
    }
    library.destroy(decoder);
    return outcome;
}
