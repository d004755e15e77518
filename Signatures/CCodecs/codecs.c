// The common road of every format: header, limits, decoder, upright rows.

#include "codecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void selvage_free(void *memory) { free(memory); }

void selvage_say(char *message, const char *text) {
    snprintf(message, SELVAGE_MESSAGE_SIZE, "%s", text);
}

int selvage_append(selvage_buffer *buffer, const uint8_t *bytes, size_t size) {
    if (size > buffer->capacity - buffer->size) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 1 << 16;
        while (capacity - buffer->size < size) capacity *= 2;
        uint8_t *grown = realloc(buffer->bytes, capacity);
        if (!grown) return 0;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return 1;
}

selvage_outcome selvage_read_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    memset(header, 0, sizeof *header);
    message[0] = 0;
    if (size >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8))
        return selvage_png_header(bytes, size, header, message);
    if (size >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff)
        return selvage_jpeg_header(bytes, size, header, message);
    if (size >= 12 && !memcmp(bytes, "RIFF", 4) && !memcmp(bytes + 8, "WEBP", 4))
        return selvage_webp_header(bytes, size, header, message);
    selvage_say(message, "neither PNG nor JPEG nor WebP");
    return SELVAGE_UNKNOWN_FORMAT;
}

static uint32_t scaled(uint32_t side, uint32_t scale) { return (side + scale - 1) / scale; }

static uint32_t effective_scale(const selvage_header *header, uint32_t scale) {
    return header->format == SELVAGE_JPEG ? scale : 1;
}

size_t selvage_output_capacity(const selvage_header *header, uint32_t scale) {
    scale = effective_scale(header, scale);
    size_t pixels = (size_t)scaled(header->width, scale) * scaled(header->height, scale);
    // A WebP with alpha is decoded in place with four channels and then closed up to three.
    return pixels * (header->format == SELVAGE_WEBP && header->alpha ? 4 : 3);
}

static selvage_outcome check(
    const selvage_header *header, const selvage_limits *limits, char *message) {
    if (header->width == 0 || header->height == 0) {
        selvage_say(message, "a side of zero pixels");
        return SELVAGE_DAMAGED;
    }
    uint64_t pixels = (uint64_t)header->width * header->height;
    if (header->width > limits->side || header->height > limits->side || pixels > limits->pixels) {
        snprintf(message, SELVAGE_MESSAGE_SIZE, "%u x %u pixels are more than the limit",
            header->width, header->height);
        return SELVAGE_TOO_LARGE;
    }
    if (header->memory > limits->memory) {
        snprintf(message, SELVAGE_MESSAGE_SIZE, "%u x %u pixels would take %llu MiB to decode",
            header->width, header->height, (unsigned long long)(header->memory >> 20));
        return SELVAGE_TOO_LARGE;
    }
    if (header->scans > limits->scans) {
        snprintf(message, SELVAGE_MESSAGE_SIZE, "%u scans, more than the limit of %u",
            header->scans, limits->scans);
        return SELVAGE_TOO_LARGE;
    }
    return SELVAGE_OK;
}

selvage_outcome selvage_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint32_t scale,
    uint8_t *output, size_t capacity, uint32_t *width, uint32_t *height, char *message) {
    selvage_header header;
    selvage_outcome outcome = selvage_read_header(bytes, size, &header, message);
    if (outcome == SELVAGE_OK) outcome = check(&header, limits, message);
    if (outcome != SELVAGE_OK) return outcome;
    scale = effective_scale(&header, scale);
    if (selvage_output_capacity(&header, scale) > capacity) {
        selvage_say(message, "more pixels than the room for them");
        return SELVAGE_TOO_LARGE;
    }
    selvage_sink sink = {
        output, scaled(header.width, scale), scaled(header.height, scale), header.orientation};
    switch (header.format) {
    case SELVAGE_PNG: outcome = selvage_png_decode(bytes, size, limits, &sink, message); break;
    case SELVAGE_JPEG:
        outcome = selvage_jpeg_decode(bytes, size, limits, scale, &sink, message);
        break;
    case SELVAGE_WEBP: outcome = selvage_webp_decode(bytes, size, &header, &sink, message); break;
    }
    int turned = header.orientation >= 5;
    *width = turned ? sink.height : sink.width;
    *height = turned ? sink.width : sink.height;
    return outcome;
}
