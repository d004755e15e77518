// Brotli's one-shot form, for manifests that are stored compressed.
#ifndef SELVAGE_CBROTLI_SHIM_H
#define SELVAGE_CBROTLI_SHIM_H

#include <brotli/decode.h>
#include <stddef.h>
#include <stdint.h>

// Unpacks a whole stream that nothing follows into `capacity` bytes. Returns how many it held, or -1
// when it is damaged, cut off, or larger.
static inline long selvage_unbrotli(const uint8_t *packed, size_t size, uint8_t *into, size_t capacity) {
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!state) return -1;
    size_t left = size, room = capacity, written = 0;
    BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state, &left, &packed, &room, &into, &written);
    BrotliDecoderDestroyInstance(state);
    return result == BROTLI_DECODER_RESULT_SUCCESS && left == 0 ? (long)written : -1;
}

#endif
