// JPEG through libjpeg-turbo's libjpeg interface, which can limit memory and scans.

#include "jpegerrors.h"

#include <stdlib.h>
#include <string.h>

#include <jerror.h>

typedef struct {
    uint32_t components;
    uint32_t samples;  // per 64 pixels, over all components, by sampling factors
    int progressive;
} frame;

static uint32_t read16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

// ITU-T T.81, B.2.2: precision, height, width, components with their sampling factors.
static int read_frame(
    const uint8_t *body, uint32_t length, uint8_t marker, selvage_header *header, frame *shape) {
    if (length < 6 || length < 6 + 3u * body[5] || body[5] == 0) return 0;
    header->height = read16(body + 1);
    header->width = read16(body + 3);
    shape->components = body[5];
    shape->progressive = marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce;
    uint32_t highest = 1, sum = 0;
    for (uint32_t index = 0; index < shape->components; index++) {
        uint32_t factors = body[6 + 3 * index + 1];
        uint32_t area = (factors >> 4) * (factors & 15);
        if (area > highest) highest = area;
        sum += area;
    }
    shape->samples = (64 * sum + highest - 1) / highest;
    return 1;
}

static int is_frame(uint8_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/// Skips entropy-coded data: the offset of the next marker's 0xff, or `size`.
static size_t next_marker(const uint8_t *bytes, size_t size, size_t offset) {
    while (offset + 1 < size) {
        const uint8_t *found = memchr(bytes + offset, 0xff, size - offset - 1);
        if (!found) return size;
        offset = (size_t)(found - bytes);
        uint8_t kind = bytes[offset + 1];
        if (kind == 0xff) {
            offset += 1;
        } else if (kind == 0 || (kind >= 0xd0 && kind <= 0xd7)) {
            offset += 2;
        } else {
            return offset;
        }
    }
    return size;
}

int selvage_jpeg_matches(const uint8_t *bytes, size_t size) {
    return size >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

// ITU-T T.81, B.1.1: walks the marker segments once and counts the scans, without decoding.
selvage_outcome selvage_jpeg_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    frame shape = {0, 0, 0};
    int oriented = 0;
    header->scans = 0;
    size_t offset = 2;
    while ((offset = next_marker(bytes, size, offset)) + 4 <= size) {
        uint8_t marker = bytes[offset + 1];
        if (marker == 0xd9) break;
        if (marker == 0xd8 || marker == 0x01) {
            offset += 2;
            continue;
        }
        uint32_t length = read16(bytes + offset + 2);
        if (length < 2 || length > size - offset - 2) break;
        const uint8_t *body = bytes + offset + 4;
        if (is_frame(marker) && !shape.components &&
            !read_frame(body, length - 2, marker, header, &shape))
            break;
        if (marker == 0xda) header->scans += 1;
        if (marker == 0xe1 && !oriented && length >= 8 && !memcmp(body, "Exif\0", 5)) {
            header->orientation = selvage_exif_orientation(body, length - 2);
            oriented = 1;
        }
        offset += 2 + (size_t)length;
    }
    if (!shape.components || !header->scans) {
        selvage_say(message, shape.components ? "a JPEG without a scan" : "a JPEG without a frame");
        return SELVAGE_DAMAGED;
    }
    uint64_t pixels = (uint64_t)header->width * header->height;
    // Several scans need every coefficient at once, two bytes each.
    int whole = shape.progressive || header->scans > 1;
    header->memory = pixels * 3 + (whole ? pixels / 32 * shape.samples : 0) + (8 << 20);
    return SELVAGE_OK;
}

static void close_up_cmyk(uint8_t *row, uint32_t width, int inverted) {
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *from = row + 4 * (size_t)x;
        uint32_t key = inverted ? from[3] : 255 - from[3];
        for (int channel = 0; channel < 3; channel++) {
            uint32_t ink = inverted ? from[channel] : 255u - from[channel];
            row[3 * (size_t)x + channel] = (uint8_t)((ink * key + 127) / 255);
        }
    }
}

/// What a longjmp must not lose.
typedef struct {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    selvage_jpeg_errors problems;
    uint32_t scans;
    uint8_t *row;
    uint8_t *profile;
} session;

static void on_progress(j_common_ptr info) {
    session *state = (session *)info;
    if ((uint32_t)state->info.input_scan_number > state->scans) ERREXIT(info, JERR_BAD_PROGRESSION);
}

/// ICC.1 annex B.4: a profile lies in APP2 segments, which libjpeg puts together.
static void read_profile(session *state, selvage_sink *sink, int inks) {
    unsigned length = 0;
    if (!jpeg_read_icc_profile(&state->info, &state->profile, &length)) return;
    sink->inks = inks ? (state->info.saw_Adobe_marker ? SELVAGE_CMYK_INVERTED : SELVAGE_CMYK)
                 : state->info.jpeg_color_space == JCS_GRAYSCALE ? SELVAGE_GREY
                                                                 : SELVAGE_RGB;
    sink->colours = selvage_colours_open(state->profile, length, sink->inks, inks ? 4 : 3);
}

static void read_picture(session *state, uint32_t eighths, selvage_sink *sink) {
    struct jpeg_decompress_struct *info = &state->info;
    jpeg_save_markers(info, JPEG_APP0 + 2, 0xffff);
    jpeg_read_header(info, TRUE);
    int inks = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    read_profile(state, sink, inks);
    info->out_color_space = inks ? JCS_CMYK : JCS_RGB;
    info->scale_num = eighths;
    info->scale_denom = 8;
    jpeg_start_decompress(info);
    if (info->output_width != sink->width || info->output_height != sink->height)
        ERREXIT(info, JERR_BAD_LENGTH);
    state->row = malloc((size_t)sink->width * (inks ? 4 : 3));
    if (!state->row) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
    while (info->output_scanline < info->output_height) {
        uint32_t y = info->output_scanline;
        JSAMPROW row = state->row;
        jpeg_read_scanlines(info, &row, 1);
        if (inks && !sink->colours)
            close_up_cmyk(state->row, sink->width, info->saw_Adobe_marker);
        selvage_place_row(sink, y, state->row, inks && sink->colours ? 4 : 3);
    }
}

static void end(session *state) {
    jpeg_destroy_decompress(&state->info);
    free(state->row);
    free(state->profile);
    free(state);
}

selvage_outcome selvage_jpeg_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    session *state = calloc(1, sizeof *state);
    if (!state) return SELVAGE_NO_MEMORY;
    state->info.err = selvage_jpeg_errors_open(&state->problems, message);
    state->scans = limits->scans;
    if (setjmp(state->problems.escape)) {
        int code = state->problems.base.msg_code;
        end(state);
        return code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE ? SELVAGE_NO_MEMORY
                                                                         : SELVAGE_DAMAGED;
    }
    jpeg_create_decompress(&state->info);
    state->info.mem->max_memory_to_use = (long)limits->memory;
    state->progress.progress_monitor = on_progress;
    state->info.progress = &state->progress;
    jpeg_mem_src(&state->info, bytes, size);
    read_picture(state, header->eighths, sink);
    // A missing end marker alone is no damage: every row has been read by now.
    selvage_outcome outcome = state->problems.damaged ? SELVAGE_DAMAGED : SELVAGE_OK;
    end(state);
    return outcome;
}

/// What a longjmp must not lose.
typedef struct {
    struct jpeg_compress_struct info;
    selvage_jpeg_errors problems;
    unsigned char *bytes;
    unsigned long size;
} writer;

selvage_outcome selvage_encode_jpeg(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *size, char *message) {
    writer *state = calloc(1, sizeof *state);
    message[0] = 0;
    *encoded = NULL;
    *size = 0;
    if (!state) return SELVAGE_NO_MEMORY;
    state->info.err = selvage_jpeg_errors_open(&state->problems, message);
    if (setjmp(state->problems.escape)) {
        jpeg_destroy_compress(&state->info);
        free(state->bytes);
        free(state);
        return SELVAGE_DAMAGED;
    }
    jpeg_create_compress(&state->info);
    jpeg_mem_dest(&state->info, &state->bytes, &state->size);
    state->info.image_width = width;
    state->info.image_height = height;
    state->info.input_components = 3;
    state->info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&state->info);
    jpeg_set_quality(&state->info, quality, TRUE);
    state->info.optimize_coding = TRUE;
    jpeg_start_compress(&state->info, TRUE);
    while (state->info.next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(pixels + (size_t)state->info.next_scanline * width * 3);
        jpeg_write_scanlines(&state->info, &row, 1);
    }
    jpeg_finish_compress(&state->info);
    *encoded = state->bytes;
    *size = state->size;
    jpeg_destroy_compress(&state->info);
    free(state);
    return SELVAGE_OK;
}
