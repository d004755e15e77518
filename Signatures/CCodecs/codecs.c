// The common road of every format: header, limits, decoder, upright rows.

#include "codecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void selvage_free(void *memory) { free(memory); }

void selvage_say(char *message, const char *text) {
    snprintf(message, SELVAGE_MESSAGE_SIZE, "%s", text);
    // One line: some libraries end theirs, or break them.
    size_t length = strlen(message);
    while (length > 0 && (unsigned char)message[length - 1] <= ' ') message[--length] = 0;
    for (char *at = message; *at; at++)
        if ((unsigned char)*at < ' ') *at = ' ';
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

#define CODEC(format, name)                                                                      \
    {format, selvage_##name##_matches, selvage_##name##_header, selvage_##name##_decode}

// By content, never by name or media type; SVG last, because it is looked for, not seen at once.
static const selvage_codec codecs[] = {
    CODEC(SELVAGE_PNG, png),
    CODEC(SELVAGE_JPEG, jpeg),
    CODEC(SELVAGE_WEBP, webp),
    CODEC(SELVAGE_GIF, gif),
    CODEC(SELVAGE_AVIF, avif),
    CODEC(SELVAGE_TIFF, tiff),
    CODEC(SELVAGE_SVG, svg),
};

static const selvage_codec *find_codec(const uint8_t *bytes, size_t size) {
    for (size_t index = 0; index < sizeof codecs / sizeof *codecs; index++)
        if (codecs[index].matches(bytes, size)) return &codecs[index];
    return NULL;
}

selvage_outcome selvage_read_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    const selvage_codec *codec = find_codec(bytes, size);
    memset(header, 0, sizeof *header);
    message[0] = 0;
    if (!codec) {
        selvage_say(message, "neither PNG, JPEG, WebP, GIF, TIFF, AVIF nor SVG");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    header->format = codec->format;
    header->orientation = 1;
    header->scans = 1;
    header->eighths = 8;
    header->room = 3;
    return codec->header(bytes, size, header, message);
}

static uint32_t scaled(uint32_t side, uint32_t eighths) {
    return (uint32_t)(((uint64_t)side * eighths + 7) / 8);
}

static uint32_t longer(uint32_t width, uint32_t height) { return width > height ? width : height; }

size_t selvage_output_capacity(selvage_header *header, uint32_t least) {
    if (header->format == SELVAGE_JPEG && least > 0) {
        // Halves only: libjpeg-turbo has no fast code for the eighths between (7/8 of a 1,024-pixel
        // picture took 7.0 ms, the whole 3.1).
        uint32_t side = longer(header->width, header->height);
        while (header->eighths > 1 && scaled(side, header->eighths / 2) >= least)
            header->eighths /= 2;
    }
    size_t pixels = (size_t)scaled(header->width, header->eighths) *
                    scaled(header->height, header->eighths);
    return pixels * header->room;
}

selvage_outcome selvage_check_header(
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

static void finish(
    const selvage_header *header, selvage_sink *sink, uint32_t least, selvage_size *result) {
    int turned = header->orientation >= 5;
    result->width = turned ? sink->height : sink->width;
    result->height = turned ? sink->width : sink->height;
    result->fullWidth = turned ? header->height : header->width;
    result->fullHeight = turned ? header->width : header->height;
    uint32_t factor = least > 0 ? longer(sink->width, sink->height) / least : 1;
    // A block's sum has room for 4,096 squared pixels.
    if (factor > 4096) factor = 4096;
    if (factor > 1) selvage_shrink(sink->pixels, &result->width, &result->height, factor);
}

selvage_outcome selvage_decode(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint32_t least,
    uint8_t *output, size_t capacity, selvage_size *result, char *message) {
    selvage_header header;
    selvage_outcome outcome = selvage_read_header(bytes, size, &header, message);
    if (outcome == SELVAGE_OK) outcome = selvage_check_header(&header, limits, message);
    if (outcome != SELVAGE_OK) return outcome;
    if (selvage_output_capacity(&header, least) > capacity) {
        selvage_say(message, "more pixels than the room for them");
        return SELVAGE_TOO_LARGE;
    }
    selvage_sink sink = {.pixels = output,
        .width = scaled(header.width, header.eighths),
        .height = scaled(header.height, header.eighths),
        .orientation = header.orientation,
        .room = header.room};
    const selvage_codec *codec = find_codec(bytes, size);
    outcome = codec->decode(bytes, size, limits, &header, &sink, message);
    selvage_colours_close(sink.colours);
    if (outcome == SELVAGE_OK) finish(&header, &sink, least, result);
    return outcome;
}
