// PNG masters: samples as they are stored, chunks around them as they were.

#include "masters.h"
#include "pngsource.h"

#include <setjmp.h>
#include <stdlib.h>

/// What a longjmp must not lose.
typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *row;
} session;

static const int starts_across[] = {0, 4, 0, 2, 0, 1, 0}, apart_across[] = {8, 8, 4, 4, 2, 2, 1};
static const int starts_down[] = {0, 0, 4, 0, 2, 0, 1}, apart_down[] = {8, 8, 8, 4, 4, 2, 2};

static void read_rows(session *state, const selvage_planes *planes, uint32_t channels, int passes) {
    const selvage_layers *layers = planes->layers;
    for (int pass = 0; pass < passes; pass++) {
        // PNG specification, third edition, section 8.1: each pass is a small picture of its own.
        uint32_t left = passes == 1 ? 0 : (uint32_t)starts_across[pass];
        uint32_t top = passes == 1 ? 0 : (uint32_t)starts_down[pass];
        uint32_t across = passes == 1 ? 1 : (uint32_t)apart_across[pass];
        uint32_t down = passes == 1 ? 1 : (uint32_t)apart_down[pass];
        if (left >= layers->width) continue;
        uint32_t count = (layers->width - left + across - 1) / across;
        for (uint32_t y = top; y < layers->height; y += down) {
            png_read_row(state->png, state->row, NULL);
            selvage_put_row(planes, left, y, across, state->row, count, channels);
        }
    }
}

static void read_picture(
    session *state, const selvage_header *header, const selvage_planes *planes, char *message) {
    selvage_layers *layers = planes->layers;
    png_read_info(state->png, state->info);
    // Palettes become colours, small samples eight bits, one transparent colour an alpha channel.
    png_set_expand(state->png);
    png_set_swap(state->png);
    int passes = png_get_interlace_type(state->png, state->info) == PNG_INTERLACE_ADAM7 ? 7 : 1;
    png_read_update_info(state->png, state->info);
    uint32_t channels = png_get_channels(state->png, state->info);
    uint32_t bits = png_get_bit_depth(state->png, state->info);
    if (png_get_image_width(state->png, state->info) != header->width ||
        png_get_image_height(state->png, state->info) != header->height ||
        (bits != 8 && bits != 16) || channels < 1 || channels > 4 ||
        png_get_rowbytes(state->png, state->info) != (size_t)header->width * channels * bits / 8)
        png_error(state->png, "the header contradicts itself");
    layers->deep = bits == 16;
    layers->grey = channels < 3;
    layers->alpha = channels % 2 == 0;
    state->row = malloc((size_t)header->width * channels * bits / 8);
    if (!state->row) png_error(state->png, "no memory for a row");
    read_rows(state, planes, channels, passes);
    png_read_end(state->png, NULL);
    message[0] = 0;
}

selvage_outcome selvage_png_master(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, const selvage_planes *planes,
    char *message) {
    selvage_png_source source = {bytes, size, 0, message};
    session *state = calloc(1, sizeof *state);
    if (!state) return SELVAGE_NO_MEMORY;
    state->png = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, &source, selvage_png_on_error, selvage_png_on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    selvage_outcome outcome = state->info ? SELVAGE_DAMAGED : SELVAGE_NO_MEMORY;
    if (state->info && !setjmp(png_jmpbuf(state->png))) {
        png_set_read_fn(state->png, &source, selvage_png_read_bytes);
        png_set_user_limits(state->png, limits->side, limits->side);
        png_set_chunk_malloc_max(state->png, 4 << 20);
        png_set_chunk_cache_max(state->png, 64);
        selvage_png_skip_ancillary(state->png);
        read_picture(state, header, planes, message);
        outcome = SELVAGE_OK;
    }
    png_destroy_read_struct(&state->png, &state->info, NULL);
    free(state->row);
    free(state);
    return outcome;
}

typedef struct {
    selvage_png_source errors;
    selvage_room *room;
} target;

static void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
    target *to = png_get_io_ptr(png);
    if (!selvage_room_add(to->room, bytes, count)) png_error(png, "no room for the file");
}

static void flush(png_structp png) { (void)png; }

static int colour_type(const selvage_master *master) {
    return (master->grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB) |
           (master->alpha ? PNG_COLOR_MASK_ALPHA : 0);
}

// A mark leaves little that repeats: of a large picture the fuller search takes three to four times as
// long for a file that is a tenth smaller.
static void set_effort(png_structp png, const selvage_master *master) {
    enum { LARGE = 16000000 };
    int large = (uint64_t)master->width * master->height > LARGE;
    png_set_compression_level(png, large ? 3 : 6);
    png_set_filter(png, 0, large ? PNG_FILTER_SUB : PNG_ALL_FILTERS);
}

// libpng keeps nothing back between the header and the first row, nor behind the last one.
static void write_picture(session *state, const selvage_master *master, int interlaced) {
    target *to = png_get_io_ptr(state->png);
    set_effort(state->png, master);
    png_set_IHDR(state->png, state->info, master->width, master->height, master->low ? 16 : 8,
        colour_type(master), interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(state->png, state->info);
    if (master->low) png_set_swap(state->png);
    if (!selvage_room_add(to->room, master->front, master->frontSize))
        png_error(state->png, "no room for the file");
    int passes = interlaced ? png_set_interlace_handling(state->png) : 1;
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < master->height; y++) {
            selvage_master_row(master, y, state->row);
            png_write_row(state->png, state->row);
        }
    if (!selvage_room_add(to->room, master->back, master->backSize))
        png_error(state->png, "no room for the file");
    png_write_end(state->png, NULL);
}

selvage_outcome selvage_write_png(
    const selvage_master *master, int interlaced, selvage_room *room, char *message) {
    target to = {{NULL, 0, 0, message}, room};
    session *state = calloc(1, sizeof *state);
    selvage_outcome outcome = SELVAGE_NO_MEMORY;
    message[0] = 0;
    if (!state) return outcome;
    state->row = malloc((size_t)master->width * selvage_master_channels(master) * 2);
    state->png = png_create_write_struct(
        PNG_LIBPNG_VER_STRING, &to.errors, selvage_png_on_error, selvage_png_on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    if (state->row && state->info) {
        outcome = SELVAGE_DAMAGED;
        if (!setjmp(png_jmpbuf(state->png))) {
            png_set_write_fn(state->png, &to, write_bytes, flush);
            write_picture(state, master, interlaced);
            outcome = SELVAGE_OK;
        }
    }
    if (state->png) png_destroy_write_struct(&state->png, &state->info);
    free(state->row);
    free(state);
    return outcome;
}
