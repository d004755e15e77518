// Embedded colour profiles: rows of any ICC profile become sRGB, through lcms2.

#include "codecs.h"

#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 6,
    SAMPLES = STEPS * STEPS * STEPS,
    LARGEST_PROFILE = 4 << 20,
    LARGEST_REMEMBERED = 64 << 10
};

struct selvage_colours {
    cmsHPROFILE profile;
    cmsHPROFILE standard;
    cmsHTRANSFORM transform;
};

/// The profile met last and what came of it: preparing one takes as long as decoding half a
/// megapixel, and the pictures of a site have the same.
typedef struct {
    uint8_t *profile;
    size_t size;
    selvage_inks inks;
    uint32_t channels;
    selvage_colours *colours;
} memory;

static _Thread_local memory last;

static void release(selvage_colours *colours) {
    if (!colours) return;
    if (colours->transform) cmsDeleteTransform(colours->transform);
    if (colours->standard) cmsCloseProfile(colours->standard);
    if (colours->profile) cmsCloseProfile(colours->profile);
    free(colours);
}

void selvage_colours_close(selvage_colours *colours) {
    if (colours != last.colours) release(colours);
}

/// lcms2's description of `channels` interleaved bytes of which the first ones have a meaning.
static cmsUInt32Number layout(selvage_inks inks, uint32_t channels) {
    switch (inks) {
    case SELVAGE_GREY:
        return COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1) | EXTRA_SH(channels - 1) | BYTES_SH(1);
    case SELVAGE_CMYK: return TYPE_CMYK_8;
    case SELVAGE_CMYK_INVERTED: return TYPE_CMYK_8_REV;
    default: return COLORSPACE_SH(PT_RGB) | CHANNELS_SH(3) | EXTRA_SH(channels - 3) | BYTES_SH(1);
    }
}

static cmsColorSpaceSignature space(selvage_inks inks) {
    return inks == SELVAGE_GREY  ? cmsSigGrayData
           : inks == SELVAGE_RGB ? cmsSigRgbData
                                 : cmsSigCmykData;
}

/// Whether colours stay what they are, within two steps: most profiles of the web are sRGB itself.
static int changes_nothing(cmsHTRANSFORM transform, selvage_inks inks, uint32_t channels) {
    uint8_t before[SAMPLES * 4], after[SAMPLES * 4];
    if (inks != SELVAGE_RGB && inks != SELVAGE_GREY) return 0;
    for (uint32_t index = 0; index < SAMPLES; index++) {
        uint8_t *at = before + index * channels;
        if (inks == SELVAGE_GREY) {
            memset(at, (int)(index * 255 / (SAMPLES - 1)), channels);
        } else {
            at[0] = (uint8_t)(index % STEPS * 51);
            at[1] = (uint8_t)(index / STEPS % STEPS * 51);
            at[2] = (uint8_t)(index / STEPS / STEPS * 51);
            if (channels == 4) at[3] = 255;
        }
    }
    memcpy(after, before, sizeof after);
    cmsDoTransform(transform, before, after, SAMPLES);
    for (uint32_t index = 0; index < SAMPLES; index++)
        for (uint32_t channel = 0; channel < 3; channel++) {
            uint32_t at = index * channels + channel;
            if (abs((int)before[at] - (int)after[at]) > 2) return 0;
        }
    return 1;
}

// Perceptual intent, as browsers and Pillow have it by default.
static cmsHTRANSFORM make_transform(
    selvage_colours *colours, selvage_inks inks, uint32_t channels) {
    if (cmsGetColorSpace(colours->profile) != space(inks)) return NULL;
    colours->standard = cmsCreate_sRGBProfile();
    if (!colours->standard) return NULL;
    uint32_t out = inks == SELVAGE_RGB || inks == SELVAGE_GREY ? channels : 3;
    return cmsCreateTransform(colours->profile, layout(inks, channels), colours->standard,
        layout(SELVAGE_RGB, out), INTENT_PERCEPTUAL, 0);
}

static selvage_colours *prepare(
    const uint8_t *profile, size_t size, selvage_inks inks, uint32_t channels) {
    selvage_colours *colours = calloc(1, sizeof *colours);
    if (!colours) return NULL;
    colours->profile = cmsOpenProfileFromMem(profile, (cmsUInt32Number)size);
    if (colours->profile) colours->transform = make_transform(colours, inks, channels);
    // A profile that does not hold together, or is for other inks, is as good as none.
    if (!colours->transform || changes_nothing(colours->transform, inks, channels)) {
        release(colours);
        return NULL;
    }
    return colours;
}

static void remember(const uint8_t *profile, size_t size, selvage_inks inks, uint32_t channels,
    selvage_colours *colours) {
    uint8_t *copy = malloc(size);
    if (!copy) return;
    memcpy(copy, profile, size);
    release(last.colours);
    free(last.profile);
    last = (memory){copy, size, inks, channels, colours};
}

selvage_colours *selvage_colours_open(
    const uint8_t *profile, size_t size, selvage_inks inks, uint32_t channels) {
    if (!profile || size < 128 || size > LARGEST_PROFILE) return NULL;
    if (last.profile && last.size == size && last.inks == inks && last.channels == channels &&
        !memcmp(last.profile, profile, size))
        return last.colours;
    selvage_colours *colours = prepare(profile, size, inks, channels);
    if (size <= LARGEST_REMEMBERED) remember(profile, size, inks, channels, colours);
    return colours;
}

void selvage_colours_convert(
    const selvage_colours *colours, const uint8_t *from, uint8_t *to, uint32_t width) {
    cmsDoTransform(colours->transform, from, to, width);
}
