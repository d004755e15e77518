// What libjpeg complains of: what is damage, and what is only odd.

#include "jpegerrors.h"

#include <jerror.h>

static void on_exit_request(j_common_ptr info) {
    selvage_jpeg_errors *state = (selvage_jpeg_errors *)info->err;
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    selvage_say(state->message, text);
    longjmp(state->escape, 1);
}

// Missing or wrong pixels are damage; odd markers and stray bytes between segments are not.
static void on_message(j_common_ptr info, int level) {
    selvage_jpeg_errors *state = (selvage_jpeg_errors *)info->err;
    if (level >= 0) return;
    switch (info->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
        if (!state->damaged) {
            char text[JMSG_LENGTH_MAX];
            info->err->format_message(info, text);
            selvage_say(state->message, text);
        }
        state->damaged = 1;
        break;
    default: break;
    }
}

static void on_output(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *selvage_jpeg_errors_open(selvage_jpeg_errors *errors, char *message) {
    jpeg_std_error(&errors->base);
    errors->base.error_exit = on_exit_request;
    errors->base.emit_message = on_message;
    errors->base.output_message = on_output;
    errors->message = message;
    return &errors->base;
}
