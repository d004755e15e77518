// libpng reading from memory: its errors, and the chunks it is told to skip.

#include "pngsource.h"

#include <setjmp.h>
#include <string.h>

void selvage_png_on_error(png_structp png, png_const_charp text) {
    selvage_png_source *source = png_get_error_ptr(png);
    selvage_say(source->message, text);
    longjmp(png_jmpbuf(png), 1);
}

void selvage_png_on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

void selvage_png_read_bytes(png_structp png, png_bytep into, png_size_t count) {
    selvage_png_source *source = png_get_io_ptr(png);
    if (count > source->size - source->offset) png_error(png, "the file ends too early");
    memcpy(into, source->bytes + source->offset, count);
    source->offset += count;
}

// Chunks that say nothing about pixels are skipped, so none of them can be a bomb; of a colour
// profile no more is unpacked than `png_set_chunk_malloc_max` allows.
void selvage_png_skip_ancillary(png_structp png) {
    static const png_byte names[] =
        "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0tEXt\0"
        "tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
}
