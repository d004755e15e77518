// zlib, libdeflate, brotli and zstd for Fetching: content codings are removed, none is applied.
#pragma once
#include <brotli/decode.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

// inflateInit2 is a macro. Window bits: 31 gzip, 15 zlib, -15 raw deflate.
static inline int selvage_inflate_start(z_stream *stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}
