// Inner loops of the watermark: transforms, whitening, the pilot search and folding.

#ifndef SELVAGE_CSPECTRA_H
#define SELVAGE_CSPECTRA_H

#include <stddef.h>
#include <stdint.h>

/// The name of the kernels that this processor runs: "avx2" or "portable".
const char *selvage_spectra_kernel(void);

// Transforms: fft.c.

/// The discrete Fourier transform of `n` x `n` real samples, `n` a power of two in 32...2048.
///
/// `samples` are rows of `stride` floats. The result has a row for each frequency across, 0..<n, of
/// `selvage_spectrum_row(n)` floats: the frequencies down, 0...n/2. Returns 0 without memory.
int selvage_spectrum(const float *samples, size_t stride, int n, float *real, float *imaginary);

/// The length of a row of a spectrum: n/2 + 1, rounded up to a whole number of lanes.
int selvage_spectrum_row(int n);

// Whitening: whiten.c.

/// The mean of the three channels of rows of pixels of `channels` bytes, `channels` 3 or 4.
void selvage_mean_luma(
    const uint8_t *pixels, size_t row_bytes, int channels, int width, int height, float *luma);

/// Takes away what is smooth and divides by the local contrast: (y - G2*y) / (sqrt(G5*(.)^2) + 1),
/// clipped to -3...3. The borders are reflected. `quick` takes interpolated means of 4 x 4 pixels for
/// G2*y. Returns 0 without memory.
int selvage_whiten(const float *luma, int width, int height, int quick, float *white);

/// The samples of a window times the weights of their column and row, in rows of `side`.
void selvage_taper(
    const float *white, size_t stride, int width, int height, const float *columns,
    const float *rows, int side, float *samples);

/// The same high-pass without the division, and the local contrast itself, for masking.
int selvage_contrast(
    const float *luma, int width, int height, float fine, float coarse, float *contrast);

// The pilot search: pilots.c.

enum {
    SELVAGE_ANGLES = 720,
    SELVAGE_RADII = 536,
    SELVAGE_RADII_MARGIN = 352,
    SELVAGE_RADII_ROW = SELVAGE_RADII + 2 * SELVAGE_RADII_MARGIN,
    SELVAGE_PEAK_SCALE = 40,
    SELVAGE_MAP_MIDDLE = 32,
};

/// Magnitudes of a spectrum over their local floor, at most `clip`, in place over `real`.
///
/// The floor is smooth over some squares of `cell` places, a power of two from 8 on. Returns 0
/// without memory.
int selvage_peaks(float *real, const float *imaginary, int n, int cell, float clip);

/// Takes the peaks above a limit, and what lies `reach` places around them, for no peaks: 1, in place.
///
/// Returns 0 without memory.
int selvage_quench(float *peaks, int n, float limit, int reach);

/// The mean of the 3 x 3 peaks around each as bytes, SELVAGE_PEAK_SCALE for 1; `n` is at most 1024.
void selvage_soften(const float *peaks, int n, uint8_t *soft);

/// The peaks themselves as bytes, SELVAGE_PEAK_SCALE for 1.
void selvage_peak_bytes(const float *peaks, int n, uint8_t *bytes);

/// A place of the pilots in the log-polar map and how much it stands out, in standard deviations.
typedef struct {
    float score;
    int angle, shift;
} selvage_place;

/// The places at which the pilots of one key stand out most, the best first.
///
/// Pilots have an angle 0..<SELVAGE_ANGLES and a radius; `first`...`last` are the shifts of radii
/// that are looked at, at most SELVAGE_RADII_MARGIN. Returns how many were found, or -1 without
/// memory.
int selvage_pilot_places(
    const uint8_t *map, const int32_t *angles, const int32_t *radii, int pilots, int first,
    int last, selvage_place *places, int most);

/// The mean of the peaks at some harmonics, linearly interpolated.
///
/// `axes` are the frequencies of one cycle across, then of one cycle down, x before y, in cycles
/// a pixel.
float selvage_peaks_at(
    const float *peaks, int n, const int32_t *across, const int32_t *down, int pilots,
    const double axes[4]);

// Peaks by fours: quads.c.

/// Peak bytes by fours, `n` / 2 rows of `n` / 2: at row a and column b what the frequencies (a, b),
/// (-a, b), (b, a) and (-b, a) have, the first in the lowest byte; `n` is 32 at least.
void selvage_quads(const uint8_t *bytes, int n, uint32_t *quads);

/// Fills the table that `selvage_log_polar` reads: an eighth of a turn, SELVAGE_ANGLES / 4 + 1 rows of
/// SELVAGE_RADII entries; radii run in equal ratios from `least` to 0.5 cycles a pixel.
void selvage_log_polar_table(int n, double least, uint32_t *table);

/// Peaks as a log-polar map of SELVAGE_ANGLES rows, half a turn, of SELVAGE_RADII_ROW bytes;
/// SELVAGE_MAP_MIDDLE is the mean of a radius.
void selvage_log_polar(const uint32_t *quads, const uint32_t *table, uint8_t *map);

/// The sums of peaks at pilots for `count` upright tiles, 8 at least, seen in four ways one after the
/// other: as they are, mirrored, turned by a quarter, and mirrored and turned.
///
/// One cycle across and down a tile is `wide[i]` and `high[i]` places; `down` is not negative.
void selvage_upright_sums(
    const uint32_t *quads, int n, const int32_t *across, const int32_t *down, int pilots,
    const float *wide, const float *high, int count, uint16_t *sums);

// Folding and synthesis: fold.c.

enum { SELVAGE_TILE = 256 };

/// Where a pixel lies in tiles: ((x, y) * rows + offset) / (1 + bend . (x, y)).
typedef struct {
    double across_x, across_y, across;
    double down_x, down_y, down;
    double bend_x, bend_y;
} selvage_map;

/// Adds the samples of a window to one tile of SELVAGE_TILE x SELVAGE_TILE places, rows of places
/// across. `taper_x` and `taper_y` weigh columns and rows of the whole picture; either may be null.
void selvage_fold(
    const float *samples, size_t stride, int x0, int y0, int x1, int y1, const selvage_map *map,
    const float *taper_x, const float *taper_y, float *tile);

/// A shift and how well pilots agree there, less than zero where light and dark are exchanged.
typedef struct {
    float score;
    int x, y;
} selvage_shift;

/// The shift, in SELVAGE_TILE parts of a tile, at which pilots agree best, in either sense.
///
/// `real` and `imaginary` are what at most 32 pilots read, turned back by their phases.
selvage_shift selvage_pilot_shift(
    const int32_t *across, const int32_t *down, const float *real, const float *imaginary,
    int pilots);

/// The shift of at most `reach` 128ths of a tile at which pilots agree best.
selvage_shift selvage_pilot_drift(
    const int32_t *across, const int32_t *down, const float *real, const float *imaginary,
    int pilots, int reach);

/// Values of harmonics `across` 0...most, `down` -most...most over `side` x `side` places of a
/// tile.
///
/// The coefficients lie in rows of 2 * most + 1, `down` first. Returns 0 without memory.
int selvage_synthesise(
    const float *real, const float *imaginary, int most, int side, float *tile);

/// Reads a tile of `side` x `side` places at each pixel of a row, linearly interpolated.
void selvage_read_tile(
    const float *tile, int side, const selvage_map *map, int x, int y, int count, float *values);

/// Multiplies values by how much hides at their pixels: `even` on even ground, 1 where the contrast is four
/// levels or more, and up to 1.3 times as much where luma is black or white.
void selvage_mask(
    const float *luma, const float *contrast, float even, int count, float *values);

/// Adds `strength` times a change to `count` RGB pixels, equally to all channels.
///
/// What a channel cannot take, because it is full or empty, goes to those that can, up to as much
/// again. Returns the sum of the squared differences.
uint64_t selvage_add_mark(
    const uint8_t *from, const float *change, float strength, size_t count, uint8_t *to);

// Waves of the leakage test: waves.c.

/// Adds waves to a row of samples: `sizes[k]` times the cosine of a phase that is `phases[k]` at
/// the row's beginning and grows by `steps[k]` a sample, both in turns.
void selvage_add_waves(
    const double *phases, const double *steps, const float *sizes, int waves, float *row,
    int count);

/// The mean of a half-plane map at `count` frequencies, linearly interpolated.
///
/// The map has `n` rows, a frequency across each, of `selvage_spectrum_row(n)` values; `across` and
/// `down` are in cycles a sample, `down` between 0 and 0.5.
float selvage_map_mean(
    const float *map, int n, const float *across, const float *down, int count);

// The code: code.c.

/// The likeliest path through the trellis of a convolutional code of 256 states and rate 1/3.
///
/// `soft` holds three values for each of `steps` bits, positive for 0. The last 8 bits are zero.
/// Every generator takes the newest and the oldest of the nine bits.
/// Returns 0 without memory.
int selvage_viterbi(const float *soft, int steps, const uint32_t generators[3], uint8_t *bits);

// JPEG's loss: blocks.c.

/// Transforms blocks of 8 x 8 by a matrix of cosines, a row for each frequency, quantises them by a
/// table's steps, and puts them back. Sides are multiples of 8.
void selvage_quantise(
    float *plane, int width, int height, const float *cosines, const float *table);

#endif
