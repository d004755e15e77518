// JPEG masters: channels as they are stored, written with tables at least as fine as they had.

#include "jpegchroma.h"
#include "jpegerrors.h"
#include "masters.h"

#include <jerror.h>
#include <stdlib.h>

/// Above this many pixels Huffman tables are the standard's: fitting them takes every coefficient.
enum { LARGEST_FITTED = 16000000 };

/// What a longjmp must not lose.
typedef struct {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    selvage_jpeg_errors problems;
    uint32_t scans;
} reading;

static void on_progress(j_common_ptr info) {
    reading *state = (reading *)info;
    if ((uint32_t)state->info.input_scan_number > state->scans) ERREXIT(info, JERR_BAD_PROGRESSION);
}

/// Returns 0 for colours that are inks, or unknown.
static int read_picture(reading *state, const selvage_planes *planes) {
    struct jpeg_decompress_struct *info = &state->info;
    selvage_layers *layers = planes->layers;
    jpeg_read_header(info, TRUE);
    if (info->jpeg_color_space != JCS_GRAYSCALE && info->jpeg_color_space != JCS_RGB &&
        info->jpeg_color_space != JCS_YCbCr)
        return 0;
    info->out_color_space = JCS_RGB;
    layers->grey = info->jpeg_color_space == JCS_GRAYSCALE;
    jpeg_start_decompress(info);
    if (info->output_width != layers->width || info->output_height != layers->height)
        ERREXIT(info, JERR_BAD_LENGTH);
    while (info->output_scanline < info->output_height) {
        JSAMPROW row = planes->colours + (size_t)info->output_scanline * layers->width * 3;
        jpeg_read_scanlines(info, &row, 1);
    }
    return 1;
}

static void end(reading *state) {
    jpeg_destroy_decompress(&state->info);
    free(state);
}

selvage_outcome selvage_jpeg_master(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, const selvage_planes *planes,
    char *message) {
    (void)header;
    reading *state = calloc(1, sizeof *state);
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
    int known = read_picture(state, planes);
    selvage_outcome outcome = !known                     ? SELVAGE_UNKNOWN_FORMAT
                              : state->problems.damaged ? SELVAGE_DAMAGED
                                                        : SELVAGE_OK;
    end(state);
    if (!known) selvage_say(message, "its colours are inks (CMYK); convert it to RGB first");
    return outcome;
}

/// What a longjmp must not lose.
typedef struct {
    struct jpeg_compress_struct info;
    struct jpeg_destination_mgr target;
    selvage_jpeg_errors problems;
    uint8_t *row;
    selvage_chroma chroma;
} writing;

static void nothing(j_compress_ptr info) { (void)info; }

static boolean on_full(j_compress_ptr info) {
    ERREXIT(info, JERR_BUFFER_SIZE);
    return FALSE;
}

static void set_tables(struct jpeg_compress_struct *info, const selvage_jpeg_coding *coding) {
    // The standard's tables for `quality`, of luma and chroma, are there by now.
    JQUANT_TBL limit[2] = {*info->quant_tbl_ptrs[0], *info->quant_tbl_ptrs[1]};
    for (uint32_t index = 0; index < coding->components; index++) {
        uint32_t table = coding->table[index] & 3;
        unsigned fine[DCTSIZE2];
        for (int place = 0; place < DCTSIZE2; place++) {
            uint16_t own = coding->tables[table][place], most = limit[index > 0].quantval[place];
            fine[place] = own > 0 && own < most ? own : most;
        }
        jpeg_add_quant_table(info, (int)table, fine, 100, TRUE);
    }
}

static void set_up(struct jpeg_compress_struct *info, const selvage_master *master,
    const selvage_jpeg_coding *coding, int quality) {
    info->image_width = master->width;
    info->image_height = master->height;
    info->input_components = (int)coding->components;
    info->in_color_space = coding->components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_colorspace(info, coding->components == 1 ? JCS_GRAYSCALE
                              : coding->plain         ? JCS_RGB
                                                      : JCS_YCbCr);
    jpeg_set_quality(info, quality, TRUE);
    set_tables(info, coding);
    for (uint32_t index = 0; index < coding->components; index++) {
        info->comp_info[index].h_samp_factor = coding->across[index];
        info->comp_info[index].v_samp_factor = coding->down[index];
        info->comp_info[index].quant_tbl_no = coding->table[index] & 3;
    }
    info->optimize_coding = (uint64_t)master->width * master->height <= LARGEST_FITTED;
    if (coding->progressive) jpeg_simple_progression(info);
    // Both are among the segments that are carried over.
    info->write_JFIF_header = FALSE;
    info->write_Adobe_marker = FALSE;
}

/// The segments, which stand behind the start marker and before the frame.
static void add_front(writing *state, const selvage_master *master) {
    selvage_room rest = {state->target.next_output_byte, state->target.free_in_buffer, 0};
    if (!selvage_room_add(&rest, master->front, master->frontSize))
        ERREXIT(&state->info, JERR_BUFFER_SIZE);
    state->target.next_output_byte += rest.size;
    state->target.free_in_buffer -= rest.size;
}

static void write_picture(writing *state, const selvage_master *master) {
    struct jpeg_compress_struct *info = &state->info;
    jpeg_start_compress(info, TRUE);
    add_front(state, master);
    while (info->next_scanline < info->image_height) {
        JSAMPROW row = state->row;
        selvage_master_row(master, info->next_scanline, row);
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
}

/// Whether colours are stored at half the size, as most files have them: across, or both ways.
static int halves_chroma(const selvage_jpeg_coding *coding) {
    return coding->components == 3 && !coding->plain && coding->across[0] == 2 &&
           coding->across[1] == 1 && coding->across[2] == 1 && coding->down[1] == 1 &&
           coding->down[2] == 1 && (coding->down[0] == 1 || coding->down[0] == 2);
}

/// A row of luma, continued to the right.
static void luma_row(const selvage_master *master, uint32_t y, uint8_t *row, uint32_t wide) {
    const uint8_t *from = master->after + (size_t)y * master->width * 3;
    for (uint32_t x = 0; x < master->width; x++, from += 3)
        row[x] = (uint8_t)((19595u * from[0] + 38470u * from[1] + 7471u * from[2] + 32768u) >> 16);
    for (uint32_t x = master->width; x < wide; x++) row[x] = row[x - 1];
}

/// Writes planes as they are stored, so that colours are not halved once more from what was doubled.
static void write_planes(writing *state, const selvage_master *master, int tall) {
    enum { ROWS = 2 * DCTSIZE };
    struct jpeg_compress_struct *info = &state->info;
    const uint32_t wide = (master->width + 15) / 16 * 16, half = wide / 2;
    if (!selvage_chroma_open(&state->chroma, master, tall, half))
        ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
    info->raw_data_in = TRUE;
    jpeg_start_compress(info, TRUE);
    add_front(state, master);
    uint8_t *luma = state->chroma.rows, *blue = luma + (size_t)ROWS * wide;
    uint8_t *red = blue + (size_t)DCTSIZE * half;
    JSAMPROW lumas[ROWS], blues[DCTSIZE], reds[DCTSIZE];
    JSAMPARRAY planes[3] = {lumas, blues, reds};
    const uint32_t step = tall ? ROWS : DCTSIZE;
    for (uint32_t top = 0; top < master->height; top += step) {
        for (uint32_t i = 0; i < step; i++) {
            const uint32_t y = top + i < master->height ? top + i : master->height - 1;
            lumas[i] = luma + (size_t)i * wide;
            luma_row(master, y, lumas[i], wide);
        }
        for (uint32_t i = 0; i < DCTSIZE; i++) {
            blues[i] = blue + (size_t)i * half, reds[i] = red + (size_t)i * half;
            selvage_chroma_row(&state->chroma, top / (tall ? 2 : 1) + i, blues[i], reds[i]);
        }
        jpeg_write_raw_data(info, planes, step);
    }
    jpeg_finish_compress(info);
}

selvage_outcome selvage_write_jpeg(const selvage_master *master, const selvage_jpeg_coding *coding,
    int quality, selvage_room *room, char *message) {
    writing *state = calloc(1, sizeof *state);
    message[0] = 0;
    if (!state) return SELVAGE_NO_MEMORY;
    selvage_outcome outcome = SELVAGE_NO_MEMORY;
    state->info.err = selvage_jpeg_errors_open(&state->problems, message);
    state->row = malloc((size_t)master->width * 3);
    if (state->row) {
        outcome = SELVAGE_DAMAGED;
        if (!setjmp(state->problems.escape)) {
            jpeg_create_compress(&state->info);
            state->target = (struct jpeg_destination_mgr){
                room->bytes, room->capacity, nothing, on_full, nothing};
            state->info.dest = &state->target;
            set_up(&state->info, master, coding, quality);
            if (halves_chroma(coding))
                write_planes(state, master, coding->down[0] == 2 * coding->down[1]);
            else
                write_picture(state, master);
            room->size = room->capacity - state->target.free_in_buffer;
            outcome = SELVAGE_OK;
        }
        jpeg_destroy_compress(&state->info);
    }
    selvage_chroma_close(&state->chroma);
    free(state->row);
    free(state);
    return outcome;
}
