// zlib's one-shot forms that Casework needs: whole gzip members, sizes checked, no pointer kept.
#ifndef SELVAGE_CZLIB_SHIM_H
#define SELVAGE_CZLIB_SHIM_H

#include <stddef.h>
#include <string.h>
#include <zlib.h>

// The most bytes that one gzip member of `length` bytes can take.
static inline size_t selvage_gzip_bound(size_t length) { return compressBound(length) + 32; }

// Writes one gzip member: no name, no time, so that the same bytes give the same member.
// Returns the bytes written, or 0 when it failed.
static inline size_t selvage_gzip(const unsigned char *input, size_t length, unsigned char *output,
                                  size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (length > 0x7fffffff || capacity > 0x7fffffff) return 0;
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (unsigned char *)input;
    stream.avail_in = (uInt)length;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    int result = deflate(&stream, Z_FINISH);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? written : 0;
}

enum {
    SELVAGE_GUNZIP_WHOLE = 0,
    SELVAGE_GUNZIP_DAMAGED = 1,
    SELVAGE_GUNZIP_CUT_SHORT = 2,
    SELVAGE_GUNZIP_TOO_LARGE = 3
};

// Reads one gzip member, checksum and length verified. With `output` null it only measures, up to
// `capacity` bytes. Sets how many input bytes the member takes and how many bytes it holds.
static inline int selvage_gunzip(const unsigned char *input, size_t length, unsigned char *output,
                                 size_t capacity, size_t *consumed, size_t *produced) {
    unsigned char scratch[16384];
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    *consumed = 0;
    *produced = 0;
    if (length > 0x7fffffff || capacity > 0x7fffffff) return SELVAGE_GUNZIP_TOO_LARGE;
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return SELVAGE_GUNZIP_DAMAGED;
    stream.next_in = (unsigned char *)input;
    stream.avail_in = (uInt)length;
    int result = Z_OK;
    while (result == Z_OK) {
        // One byte beyond the capacity tells "exactly full" from "too large".
        unsigned char *place = scratch;
        size_t room = sizeof scratch;
        if (output && stream.total_out < capacity) {
            place = output + stream.total_out;
            room = capacity - stream.total_out;
        }
        stream.next_out = place;
        stream.avail_out = (uInt)room;
        size_t before = stream.total_in + stream.total_out;
        result = inflate(&stream, Z_NO_FLUSH);
        if (stream.total_out > capacity) {
            inflateEnd(&stream);
            return SELVAGE_GUNZIP_TOO_LARGE;
        }
        if (result == Z_OK && stream.total_in + stream.total_out == before) break;
    }
    *consumed = stream.total_in;
    *produced = stream.total_out;
    inflateEnd(&stream);
    if (result == Z_STREAM_END) return SELVAGE_GUNZIP_WHOLE;
    if (result == Z_OK || result == Z_BUF_ERROR) return SELVAGE_GUNZIP_CUT_SHORT;
    return SELVAGE_GUNZIP_DAMAGED;
}

#endif
