// WebP masters: colours and alpha apart, written lossless when they were.

#include "masters.h"

#include <stdlib.h>
#include <webp/decode.h>
#include <webp/encode.h>

static void split(const uint8_t *from, const selvage_planes *planes) {
    size_t count = (size_t)planes->layers->width * planes->layers->height;
    for (size_t index = 0; index < count; index++) {
        for (size_t channel = 0; channel < 3; channel++)
            planes->colours[index * 3 + channel] = from[index * 4 + channel];
        planes->alpha[index] = from[index * 4 + 3];
    }
}

selvage_outcome selvage_webp_master(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, const selvage_planes *planes,
    char *message) {
    (void)limits;
    WebPBitstreamFeatures features;
    size_t pixels = (size_t)header->width * header->height;
    if (WebPGetFeatures(bytes, size, &features) == VP8_STATUS_OK && features.has_animation) {
        selvage_say(message, "it is an animation; save the picture that is licensed as a still");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    planes->layers->alpha = header->alpha;
    // With alpha the four channels come together first, where low bytes would lie.
    uint8_t *fine = header->alpha
                        ? WebPDecodeRGBAInto(bytes, size, planes->low, 4 * pixels,
                              (int)(header->width * 4))
                        : WebPDecodeRGBInto(bytes, size, planes->colours, 3 * pixels,
                              (int)(header->width * 3));
    if (!fine) {
        selvage_say(message, "the WebP data are damaged");
        return SELVAGE_DAMAGED;
    }
    if (header->alpha) split(planes->low, planes);
    return SELVAGE_OK;
}

static int on_bytes(const uint8_t *bytes, size_t size, const WebPPicture *picture) {
    return selvage_room_add(picture->custom_ptr, bytes, size);
}

static void fill(const selvage_master *master, WebPPicture *picture) {
    for (uint32_t y = 0; y < master->height; y++) {
        size_t start = (size_t)y * master->width;
        const uint8_t *from = master->after + start * 3;
        uint32_t *to = picture->argb + (size_t)y * (size_t)picture->argb_stride;
        for (size_t x = 0; x < master->width; x++, from += 3) {
            uint32_t alpha = master->alpha ? master->alpha[start + x] : 255;
            to[x] = alpha << 24 | (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        }
    }
}

selvage_outcome selvage_write_webp(const selvage_master *master, int lossless, float quality,
    selvage_room *room, char *message) {
    WebPConfig config;
    WebPPicture picture;
    message[0] = 0;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) return SELVAGE_DAMAGED;
    config.lossless = lossless;
    config.quality = lossless ? 75 : quality;
    config.use_sharp_yuv = 1;
    // Colours stay where alpha hides them, so that nothing but the mark changes.
    config.exact = 1;
    picture.width = (int)master->width;
    picture.height = (int)master->height;
    picture.use_argb = 1;
    picture.writer = on_bytes;
    picture.custom_ptr = room;
    if (!WebPPictureAlloc(&picture)) return SELVAGE_NO_MEMORY;
    fill(master, &picture);
    int fine = WebPEncode(&config, &picture);
    if (!fine) selvage_say(message, "the WebP encoder failed");
    int memory = picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY;
    WebPPictureFree(&picture);
    return fine ? SELVAGE_OK : memory ? SELVAGE_NO_MEMORY : SELVAGE_DAMAGED;
}
