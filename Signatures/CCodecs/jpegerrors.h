// What libjpeg complains of, and where it jumps to; shared by pictures and masters.

#ifndef SELVAGE_JPEGERRORS_H
#define SELVAGE_JPEGERRORS_H

#include "codecs.h"

#include <setjmp.h>
#include <stdio.h>
// jpeglib.h wants FILE and size_t before it.
#include <jpeglib.h>

typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    char *message;
    int damaged;  // pixels are missing or wrong, though libjpeg went on
} selvage_jpeg_errors;

/// Errors leave their sentence in `message` and jump to `escape`, which the caller sets.
struct jpeg_error_mgr *selvage_jpeg_errors_open(selvage_jpeg_errors *errors, char *message);

#endif
