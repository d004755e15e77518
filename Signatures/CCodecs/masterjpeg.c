// JPEG masters: channels as they are stored, written with tables at least as fine as they had.

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

static void write_picture(writing *state, const selvage_master *master) {
    struct jpeg_compress_struct *info = &state->info;
    jpeg_start_compress(info, TRUE);
    // The start marker is written, the frame comes with the first row: here segments may stand.
    selvage_room rest = {state->target.next_output_byte, state->target.free_in_buffer, 0};
    if (!selvage_room_add(&rest, master->front, master->frontSize)) ERREXIT(info, JERR_BUFFER_SIZE);
    state->target.next_output_byte += rest.size;
    state->target.free_in_buffer -= rest.size;
    while (info->next_scanline < info->image_height) {
        JSAMPROW row = state->row;
        selvage_master_row(master, info->next_scanline, row);
        jpeg_write_scanlines(info, &row, 1);
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
            write_picture(state, master);
            room->size = room->capacity - state->target.free_in_buffer;
            outcome = SELVAGE_OK;
        }
        jpeg_destroy_compress(&state->info);
    }
    free(state->row);
    free(state);
    return outcome;
}
