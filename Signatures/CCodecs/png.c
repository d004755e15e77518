// PNG through libpng's full interface, with limits set before the first chunk is read.

#include "pngsource.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static uint32_t read32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int selvage_png_matches(const uint8_t *bytes, size_t size) {
    return size >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8);
}

// PNG specification, third edition, section 11: IHDR comes first; eXIf and tRNS before IEND.
selvage_outcome selvage_png_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    if (size < 33 || read32(bytes + 8) != 13 || memcmp(bytes + 12, "IHDR", 4)) {
        selvage_say(message, "a PNG without its header");
        return SELVAGE_DAMAGED;
    }
    header->width = read32(bytes + 16);
    header->height = read32(bytes + 20);
    header->alpha = (bytes[25] & 4) != 0;
    int interlaced = bytes[28] == 1;
    uint64_t offset = 33;
    while (offset + 12 <= size) {
        uint64_t length = read32(bytes + offset);
        const uint8_t *kind = bytes + offset + 4;
        if (length > size - offset - 12) break;
        if (!memcmp(kind, "eXIf", 4))
            header->orientation = selvage_exif_orientation(kind + 4, (size_t)length);
        if (!memcmp(kind, "tRNS", 4)) header->alpha = 1;
        if (!memcmp(kind, "IEND", 4)) break;
        offset += length + 12;
    }
    uint64_t pixels = (uint64_t)header->width * header->height;
    // An interlaced picture comes in passes, over rows that are kept: upright ones where they will
    // stay, with their alpha, which is closed up at the end.
    int elsewhere = interlaced && header->orientation > 1;
    if (interlaced && header->alpha) header->room = 4;
    header->memory = pixels * header->room + (elsewhere ? pixels * 4 : 0) + (4 << 20);
    return SELVAGE_OK;
}

static void ask_for_8_bit_colour(png_structp png, png_infop info) {
    png_set_expand(png);
    png_set_scale_16(png);
    int type = png_get_color_type(png, info);
    if (type == PNG_COLOR_TYPE_GRAY || type == PNG_COLOR_TYPE_GRAY_ALPHA) png_set_gray_to_rgb(png);
}

/// What a longjmp must not lose.
typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *rows;
} session;

static void end(session *state) {
    png_destroy_read_struct(&state->png, &state->info, NULL);
    free(state->rows);
    free(state);
}

// An sRGB chunk says that no profile is needed.
static void read_profile(session *state, selvage_sink *sink, uint32_t channels, int grey) {
    png_charp name;
    png_bytep profile;
    png_uint_32 length = 0;
    int method;
    if (png_get_valid(state->png, state->info, PNG_INFO_sRGB) ||
        !png_get_iCCP(state->png, state->info, &name, &method, &profile, &length))
        return;
    sink->inks = grey ? SELVAGE_GREY : SELVAGE_RGB;
    sink->colours = selvage_colours_open(profile, length, sink->inks, channels);
}

static void read_rows(session *state, selvage_sink *sink, uint32_t channels, int passes) {
    size_t stride = (size_t)sink->width * channels;
    // libpng may see transparency where our look at the header saw none; then there is no room.
    int in_place = passes > 1 && sink->orientation == 1 && channels <= sink->room;
    if (in_place) {
        memset(sink->pixels, 0, sink->height * stride);
    } else {
        state->rows = calloc(passes > 1 ? sink->height : 1, stride);
        if (!state->rows) png_error(state->png, "no memory for the rows");
    }
    uint8_t *rows = in_place ? sink->pixels : state->rows;
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < sink->height; y++) {
            uint8_t *row = rows + (passes > 1 ? y * stride : 0);
            png_read_row(state->png, row, NULL);
            if (pass == passes - 1) selvage_place_row(sink, y, row, channels);
        }
    }
}

static void read_picture(session *state, selvage_sink *sink, char *message) {
    png_read_info(state->png, state->info);
    int grey = !(png_get_color_type(state->png, state->info) & PNG_COLOR_MASK_COLOR);
    ask_for_8_bit_colour(state->png, state->info);
    int passes = png_set_interlace_handling(state->png);
    png_read_update_info(state->png, state->info);
    uint32_t channels = png_get_channels(state->png, state->info);
    size_t stride = png_get_rowbytes(state->png, state->info);
    if (png_get_image_width(state->png, state->info) != sink->width ||
        png_get_image_height(state->png, state->info) != sink->height ||
        stride != (size_t)sink->width * channels || (channels != 3 && channels != 4))
        png_error(state->png, "the header contradicts itself");
    read_profile(state, sink, channels, grey);
    read_rows(state, sink, channels, passes);
    png_read_end(state->png, NULL);
    message[0] = 0;
}

selvage_outcome selvage_png_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    (void)header;
    selvage_png_source source = {bytes, size, 0, message};
    session *state = calloc(1, sizeof *state);
    if (!state) return SELVAGE_NO_MEMORY;
    state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, selvage_png_on_error, selvage_png_on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    if (!state->info) {
        end(state);
        return SELVAGE_NO_MEMORY;
    }
    if (setjmp(png_jmpbuf(state->png))) {
        end(state);
        return SELVAGE_DAMAGED;
    }
    png_set_read_fn(state->png, &source, selvage_png_read_bytes);
    png_set_user_limits(state->png, limits->side, limits->side);
    png_set_chunk_malloc_max(state->png, 4 << 20);
    png_set_chunk_cache_max(state->png, 64);
    selvage_png_skip_ancillary(state->png);
    read_picture(state, sink, message);
    end(state);
    return SELVAGE_OK;
}

static void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
    if (!selvage_append(png_get_io_ptr(png), bytes, count)) png_error(png, "no memory");
}

static void flush(png_structp png) { (void)png; }

selvage_outcome selvage_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **encoded, size_t *size,
    char *message) {
    selvage_png_source errors = {NULL, 0, 0, message};
    selvage_buffer *buffer = calloc(1, sizeof *buffer);
    session *state = calloc(1, sizeof *state);
    selvage_outcome outcome = SELVAGE_NO_MEMORY;
    message[0] = 0;
    *encoded = NULL;
    *size = 0;
    if (!buffer || !state) {
        free(buffer);
        free(state);
        return outcome;
    }
    state->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, selvage_png_on_error, selvage_png_on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    if (state->info && !setjmp(png_jmpbuf(state->png))) {
        png_set_write_fn(state->png, buffer, write_bytes, flush);
        // Fixed settings, no time and no text chunk: the same pixels give the same bytes.
        png_set_compression_level(state->png, 6);
        png_set_filter(state->png, 0, PNG_ALL_FILTERS);
        png_set_IHDR(state->png, state->info, width, height, 8, PNG_COLOR_TYPE_RGB,
            PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_write_info(state->png, state->info);
        for (uint32_t y = 0; y < height; y++)
            png_write_row(state->png, pixels + (size_t)y * width * 3);
        png_write_end(state->png, state->info);
        *encoded = buffer->bytes;
        *size = buffer->size;
        buffer->bytes = NULL;
    }
    outcome = *encoded ? SELVAGE_OK : SELVAGE_DAMAGED;
    png_destroy_write_struct(&state->png, &state->info);
    free(buffer->bytes);
    free(buffer);
    free(state);
    return outcome;
}
