// Unpacking zlib streams, never beyond the room that there is.

#include "include/CMasters.h"

#include "codecs.h"

#include <string.h>
#include <zlib.h>

selvage_outcome selvage_unpack(
    const uint8_t *bytes, size_t size, selvage_room *room, char *message) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (size > UINT32_MAX || room->capacity > UINT32_MAX || inflateInit(&stream) != Z_OK)
        return SELVAGE_NO_MEMORY;
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = room->bytes;
    stream.avail_out = (uInt)room->capacity;
    int end = inflate(&stream, Z_FINISH);
    room->size = room->capacity - stream.avail_out;
    inflateEnd(&stream);
    if (end == Z_STREAM_END) return SELVAGE_OK;
    selvage_say(message, end == Z_BUF_ERROR && stream.avail_out == 0
                             ? "more unpacked bytes than there may be"
                             : "a packed stream is damaged");
    return end == Z_BUF_ERROR && stream.avail_out == 0 ? SELVAGE_TOO_LARGE : SELVAGE_DAMAGED;
}
