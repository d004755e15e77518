// WebP through libwebp; of an animation the first frame on its canvas.

#include "codecs.h"

#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

// WebP container specification: EXIF is a chunk of its own, found by the demuxer.
static void read_orientation(const WebPDemuxer *file, selvage_header *header) {
    WebPChunkIterator chunk;
    if (WebPDemuxGetChunk(file, "EXIF", 1, &chunk)) {
        header->orientation = selvage_exif_orientation(chunk.chunk.bytes, chunk.chunk.size);
        WebPDemuxReleaseChunkIterator(&chunk);
    }
}

int selvage_webp_matches(const uint8_t *bytes, size_t size) {
    return size >= 12 && !memcmp(bytes, "RIFF", 4) && !memcmp(bytes + 8, "WEBP", 4);
}

selvage_outcome selvage_webp_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    WebPData data = {bytes, size};
    WebPBitstreamFeatures features;
    WebPDemuxer *file = NULL;
    if (WebPGetFeatures(bytes, size, &features) == VP8_STATUS_OK) file = WebPDemux(&data);
    if (!file) {
        selvage_say(message, "a WebP that does not hold together");
        return SELVAGE_DAMAGED;
    }
    header->width = (uint32_t)features.width;
    header->height = (uint32_t)features.height;
    header->alpha = features.has_alpha || features.has_animation;
    header->room = header->alpha ? 4 : 3;
    read_orientation(file, header);
    WebPDemuxDelete(file);
    uint64_t pixels = (uint64_t)header->width * header->height;
    int lossy = features.format == 1;
    uint64_t each = (header->alpha ? 4 : 3) + (lossy ? 1 : 4) + (header->orientation > 1 ? 4 : 0);
    header->memory = pixels * each + (8 << 20);
    return SELVAGE_OK;
}

/// Decodes one still bitstream to rows of `channels` at `into`.
static int decode_still(
    const uint8_t *bytes, size_t size, uint32_t channels, uint8_t *into, size_t stride,
    size_t room) {
    uint8_t *result = channels == 4
                          ? WebPDecodeRGBAInto(bytes, size, into, room, (int)stride)
                          : WebPDecodeRGBInto(bytes, size, into, room, (int)stride);
    return result != NULL;
}

/// The first frame of an animation, at its place on a transparent canvas of four channels.
static int decode_first_frame(
    const uint8_t *bytes, size_t size, const selvage_sink *sink, uint8_t *canvas) {
    WebPData data = {bytes, size};
    WebPDemuxer *file = WebPDemux(&data);
    WebPIterator frame;
    int fine = 0;
    size_t stride = (size_t)sink->width * 4;
    memset(canvas, 0, stride * sink->height);
    if (file && WebPDemuxGetFrame(file, 1, &frame)) {
        if (frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
            (uint32_t)frame.x_offset + (uint32_t)frame.width <= sink->width &&
            (uint32_t)frame.y_offset + (uint32_t)frame.height <= sink->height) {
            size_t start = (size_t)frame.y_offset * stride + (size_t)frame.x_offset * 4;
            fine = decode_still(frame.fragment.bytes, frame.fragment.size, 4, canvas + start,
                stride, stride * sink->height - start);
        }
        WebPDemuxReleaseIterator(&frame);
    }
    WebPDemuxDelete(file);
    return fine;
}

// WebP container specification: the profile is a chunk of its own, ICCP.
static void read_profile(
    const uint8_t *bytes, size_t size, selvage_sink *sink, uint32_t channels) {
    WebPData data = {bytes, size};
    WebPChunkIterator chunk;
    WebPDemuxer *file = WebPDemux(&data);
    if (file && WebPDemuxGetChunk(file, "ICCP", 1, &chunk)) {
        sink->colours = selvage_colours_open(
            chunk.chunk.bytes, chunk.chunk.size, SELVAGE_RGB, channels);
        WebPDemuxReleaseChunkIterator(&chunk);
    }
    WebPDemuxDelete(file);
}

selvage_outcome selvage_webp_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    (void)limits;
    (void)header;
    uint32_t channels = sink->room;
    size_t stride = (size_t)sink->width * channels, room = stride * sink->height;
    int upright = sink->orientation == 1;
    // An upright picture is decoded where it will stay; a turned one needs a place to turn from.
    uint8_t *rows = upright ? sink->pixels : malloc(room);
    if (!rows) return SELVAGE_NO_MEMORY;
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(bytes, size, &features);
    int fine = status == VP8_STATUS_OK &&
               (features.has_animation ? decode_first_frame(bytes, size, sink, rows)
                                       : decode_still(bytes, size, channels, rows, stride, room));
    if (fine) read_profile(bytes, size, sink, channels);
    int in_place = upright && channels == 3 && !sink->colours;
    for (uint32_t y = 0; fine && !in_place && y < sink->height; y++)
        selvage_place_row(sink, y, rows + y * stride, channels);
    if (!upright) free(rows);
    if (!fine) selvage_say(message, "the WebP data are damaged");
    return fine ? SELVAGE_OK : SELVAGE_DAMAGED;
}

selvage_outcome selvage_encode_webp(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *size, char *message) {
    uint8_t *bytes = NULL;
    message[0] = 0;
    *encoded = NULL;
    *size = 0;
    if (width > WEBP_MAX_DIMENSION || height > WEBP_MAX_DIMENSION) {
        selvage_say(message, "a WebP has at most 16383 pixels a side");
        return SELVAGE_TOO_LARGE;
    }
    size_t length = WebPEncodeRGB(
        pixels, (int)width, (int)height, (int)(width * 3), (float)quality, &bytes);
    if (length == 0) {
        selvage_say(message, "the WebP encoder failed");
        return SELVAGE_DAMAGED;
    }
    // libwebp's memory is malloc's only by convention, so the caller gets a copy of ours.
    uint8_t *copy = malloc(length);
    if (copy) memcpy(copy, bytes, length);
    WebPFree(bytes);
    if (!copy) return SELVAGE_NO_MEMORY;
    *encoded = copy;
    *size = length;
    return SELVAGE_OK;
}
