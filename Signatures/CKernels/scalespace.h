// Planes of floats, and the blurs and resamplings of a scale space; shared by the feature kernels.

#ifndef SELVAGE_SCALESPACE_H
#define SELVAGE_SCALESPACE_H

#include <stddef.h>
#include <stdint.h>

// Multiplications and additions stay two roundings: every processor then finds the same features,
// and a catalogue has the same bytes wherever it is made.
#if defined(__clang__)
#pragma clang fp contract(off)
#endif

// Each marked function is compiled for several instruction sets; the loader picks the best.
#if defined(__x86_64__) && defined(__linux__)
#define SELVAGE_CLONES \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SELVAGE_CLONES
#endif

// sqrtf may set errno, which keeps loops from being vectorised.
#if defined(__clang__)
#define SELVAGE_ROOT(x) __builtin_elementwise_sqrt(x)
#else
#define SELVAGE_ROOT(x) __builtin_sqrtf(x)
#endif

/// One channel of a picture, rows from the top without padding.
typedef struct {
    int width, height;
    float *samples;
    /// For how many samples there is room, in planes that selvage_plane_make made.
    size_t room;
} selvage_plane;

/// What lies beyond the border: the other side (a repeat) or the picture's reflection.
typedef enum { SELVAGE_REFLECT = 0, SELVAGE_WRAP = 1 } selvage_border;

/// A plane of unset samples; `samples` is null without memory.
selvage_plane selvage_plane_make(int width, int height);
void selvage_plane_free(selvage_plane *plane);

/// The place in 0..<count that stands for any place.
int selvage_border_place(int place, int count, selvage_border border);

/// Blurs with a Gaussian; `from` and `to` have the same size and may not be the same.
/// Returns 0 without memory.
int selvage_blur(
    const selvage_plane *from, selvage_plane *to, double sigma, selvage_border border);

/// Resamples with a tent filter as wide as needed not to alias. Returns 0 without memory.
int selvage_resample(const selvage_plane *from, selvage_plane *to, selvage_border border);

/// Every second sample of every second row; `to` has half the size, rounded up.
void selvage_halve(const selvage_plane *from, selvage_plane *to);

/// How a colour becomes one number.
typedef struct {
    float weights[3], offset;
} selvage_grey;

/// Below this share of the greatest contrast luma shows too little of a picture.
#define SELVAGE_LEAST_LUMA 0.3

/// Luma, or the axis along which the picture's colours differ most where luma shows too little: rose
/// on sky blue is a pattern too.
selvage_grey selvage_grey_of(const uint8_t *pixels, int width, int height);

/// The axis of colours along which a picture differs where its luma does not, beside contrasts of luma
/// elsewhere: a rose-on-blue dress in front of a street. Returns 0 where it differs so hardly anywhere,
/// and where `selvage_grey_of` is no luma already.
int selvage_hidden_grey(const uint8_t *pixels, int width, int height, selvage_grey *grey);

/// What `selvage_luma` and then `selvage_resample` come to, without a plane of all pixels: each row of greys
/// is made as often as it is needed, which is twice or so.
int selvage_resample_pixels(
    const uint8_t *pixels, selvage_grey grey, int width, int height, selvage_plane *to,
    selvage_border border);

/// The greys of RGB rows, 0...255 for luma, about 128 for another axis.
void selvage_luma(const uint8_t *pixels, selvage_grey grey, selvage_plane *to);

/// Stretches the plane so that its 1st and 99th percentiles lie at 12 and 242, by at most 12 times.
void selvage_stretch(selvage_plane *plane);

#endif
