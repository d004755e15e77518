// The common road of masters: limits, planes in, rows out.

#include "masters.h"

#include <string.h>

typedef selvage_outcome (*master_reader)(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, const selvage_planes *planes,
    char *message);

static master_reader reader_of(selvage_format format) {
    switch (format) {
    case SELVAGE_PNG: return selvage_png_master;
    case SELVAGE_JPEG: return selvage_jpeg_master;
    case SELVAGE_WEBP: return selvage_webp_master;
    case SELVAGE_TIFF: return selvage_tiff_master;
    default: return NULL;
    }
}

selvage_outcome selvage_decode_master(
    const uint8_t *bytes, size_t size, const selvage_limits *limits, uint8_t *output,
    size_t capacity, selvage_layers *result, char *message) {
    selvage_header header;
    selvage_outcome outcome = selvage_read_header(bytes, size, &header, message);
    if (outcome != SELVAGE_OK) return outcome;
    // Row by row libtiff holds no more than one packed strip, however large that is.
    if (header.format == SELVAGE_TIFF) header.memory = (uint64_t)size + (16 << 20);
    outcome = selvage_check_header(&header, limits, message);
    if (outcome != SELVAGE_OK) return outcome;
    master_reader read = reader_of(header.format);
    if (!read) {
        selvage_say(message, "it is neither PNG, JPEG, WebP nor TIFF");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    size_t pixels = (size_t)header.width * header.height;
    if (pixels > capacity / SELVAGE_MASTER_ROOM) {
        selvage_say(message, "more pixels than the room for them");
        return SELVAGE_TOO_LARGE;
    }
    *result = (selvage_layers){.width = header.width, .height = header.height};
    selvage_planes planes = {output, output + 3 * pixels, output + 4 * pixels,
        output + 7 * pixels, result};
    return read(bytes, size, limits, &header, &planes, message);
}

void selvage_put_channel(const selvage_planes *planes, uint32_t x, uint32_t y, uint32_t step,
    const void *row, uint32_t stride, uint32_t count, uint32_t channel) {
    const selvage_layers *layers = planes->layers;
    uint32_t each = channel == 3 ? 1 : 3, copies = channel < 3 && layers->grey ? 3 : 1;
    size_t start = ((size_t)y * layers->width + x) * each + (channel == 3 ? 0 : channel);
    uint8_t *high = (channel == 3 ? planes->alpha : planes->colours) + start;
    uint8_t *low = (channel == 3 ? planes->alphaLow : planes->low) + start;
    size_t apart = (size_t)step * each;
    for (size_t index = 0; index < count; index++) {
        uint32_t sample = layers->deep ? ((const uint16_t *)row)[index * stride]
                                       : ((const uint8_t *)row)[index * stride];
        for (uint32_t copy = 0; copy < copies; copy++) {
            high[index * apart + copy] = (uint8_t)(layers->deep ? sample >> 8 : sample);
            if (layers->deep) low[index * apart + copy] = (uint8_t)sample;
        }
    }
}

void selvage_put_row(const selvage_planes *planes, uint32_t x, uint32_t y, uint32_t step,
    const void *row, uint32_t count, uint32_t channels) {
    const selvage_layers *layers = planes->layers;
    if (channels == 3 && step == 1 && !layers->deep) {
        size_t start = ((size_t)y * layers->width + x) * 3;
        memcpy(planes->colours + start, row, (size_t)count * 3);
        return;
    }
    uint32_t colours = channels < 3 ? 1 : 3;
    for (uint32_t channel = 0; channel < channels; channel++) {
        const uint8_t *from = (const uint8_t *)row + (size_t)channel * (layers->deep ? 2 : 1);
        selvage_put_channel(planes, x, y, step, from, channels, count,
            channel < colours ? channel : 3);
    }
}

uint32_t selvage_master_channels(const selvage_master *master) {
    return (master->grey ? 1 : 3) + (master->alpha ? 1 : 0);
}

// Rec. 601 in 256ths: equal channels stay what they are.
static uint32_t grey_of(const uint8_t *pixel) {
    return (77u * pixel[0] + 150u * pixel[1] + 29u * pixel[2]) >> 8;
}

static uint16_t changed(uint32_t before, uint32_t low, uint32_t after) {
    int32_t sample = (int32_t)(before << 8 | low) + 257 * ((int32_t)after - (int32_t)before);
    return (uint16_t)(sample < 0 ? 0 : sample > 65535 ? 65535 : sample);
}

static void deep_row(const selvage_master *master, size_t start, uint16_t *row) {
    for (size_t x = 0; x < master->width; x++) {
        size_t at = (start + x) * 3;
        if (master->grey) {
            *row++ = changed(grey_of(master->before + at), master->low[at],
                grey_of(master->after + at));
        } else {
            for (size_t channel = 0; channel < 3; channel++)
                *row++ = changed(master->before[at + channel], master->low[at + channel],
                    master->after[at + channel]);
        }
        if (master->alpha)
            *row++ = (uint16_t)(master->alpha[start + x] << 8 | master->alphaLow[start + x]);
    }
}

void selvage_master_row(const selvage_master *master, uint32_t y, void *row) {
    size_t start = (size_t)y * master->width;
    if (master->low) {
        deep_row(master, start, row);
        return;
    }
    uint8_t *to = row;
    if (!master->grey && !master->alpha) {
        memcpy(to, master->after + start * 3, (size_t)master->width * 3);
        return;
    }
    for (size_t x = 0; x < master->width; x++) {
        const uint8_t *from = master->after + (start + x) * 3;
        if (master->grey) {
            *to++ = (uint8_t)grey_of(from);
        } else {
            for (size_t channel = 0; channel < 3; channel++) *to++ = from[channel];
        }
        if (master->alpha) *to++ = master->alpha[start + x];
    }
}

int selvage_room_add(selvage_room *room, const void *bytes, size_t size) {
    if (size > room->capacity - room->size) return 0;
    if (size > 0) memcpy(room->bytes + room->size, bytes, size);
    room->size += size;
    return 1;
}
