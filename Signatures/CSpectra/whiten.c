// Luma, its high-pass and its local contrast: what the detector listens to instead of the picture.

#include "spectra.h"

enum { REACH = 6, CELL = 4, MOST_REACH = 24 };

INLINE void mean_luma(
    const uint8_t *pixels, size_t row_bytes, int channels, int width, int height,
    float *restrict luma) {
    for (int y = 0; y < height; y++) {
        const uint8_t *restrict from = pixels + y * row_bytes;
        float *restrict to = luma + (size_t)y * width;
        for (int x = 0; x < width; x++) {
            const uint8_t *at = from + x * channels;
            to[x] = (float)(at[0] + at[1] + at[2]) * (1.0f / 3);
        }
    }
}

// Each number of channels by itself: known, the bytes are taken apart many at a time.
#define EACH_CHANNELS                                                                              \
    if (channels == 3) return mean_luma(pixels, row_bytes, 3, width, height, luma);                \
    return mean_luma(pixels, row_bytes, channels, width, height, luma)

AVX2 static void luma_avx2(
    const uint8_t *pixels, size_t row_bytes, int channels, int width, int height, float *luma) {
    EACH_CHANNELS;
}
static void luma_portable(
    const uint8_t *pixels, size_t row_bytes, int channels, int width, int height, float *luma) {
    EACH_CHANNELS;
}
void selvage_mean_luma(
    const uint8_t *pixels, size_t row_bytes, int channels, int width, int height, float *luma) {
    DISPATCH(luma, pixels, row_bytes, channels, width, height, luma);
}

/// The place inside 0..<count that a place outside is mirrored to.
INLINE int mirrored(int at, int count) {
    if (count == 1) return 0;
    const int period = 2 * count - 2;
    at = (at % period + period) % period;
    return at < count ? at : period - at;
}

/// A row convolved with a symmetric kernel; `row` has `reach` values more on both sides.
INLINE void across(
    const float *row, int width, const float *kernel, int reach, float *restrict out) {
    for (int x = 0; x < width; x++) {
        float sum = row[x] * kernel[0];
        for (int k = 1; k <= reach; k++) sum += kernel[k] * (row[x - k] + row[x + k]);
        out[x] = sum;
    }
}

/// The rows around `y` convolved with the same kernel, mirrored at the borders on all sides.
INLINE void down(
    const float *plane, int width, int height, int y, const float *kernel, int reach,
    float *restrict out) {
    const float *middle = plane + (size_t)y * width;
    const float *above[MOST_REACH + 1], *below[MOST_REACH + 1];
    for (int k = 1; k <= reach; k++) {
        above[k] = plane + (size_t)mirrored(y - k, height) * width;
        below[k] = plane + (size_t)mirrored(y + k, height) * width;
    }
    for (int x = 0; x < width; x++) {
        float sum = middle[x] * kernel[0];
        for (int k = 1; k <= reach; k++) sum += kernel[k] * (above[k][x] + below[k][x]);
        out[x] = sum;
    }
    for (int k = 1; k <= reach; k++) {
        out[-k] = out[mirrored(-k, width)];
        out[width - 1 + k] = out[mirrored(width - 1 + k, width)];
    }
}

static void gaussian(float sigma, int reach, float *kernel) {
    float sum = 0;
    for (int k = 0; k <= reach; k++) {
        kernel[k] = expf(-(float)(k * k) / (2 * sigma * sigma));
        sum += k ? 2 * kernel[k] : kernel[k];
    }
    for (int k = 0; k <= reach; k++) kernel[k] /= sum;
}

/// Adds the values of a row to the cells they lie in.
INLINE void add_values(const float *row, int width, int cells, float *restrict sums) {
    const int whole = width / CELL;
    for (int cell = 0; cell < whole; cell++) {
        const float *four = row + cell * CELL;
        sums[cell] += four[0] + four[1] + four[2] + four[3];
    }
    for (int x = whole * CELL; x < width; x++) sums[cells - 1] += row[x];
}

/// Adds the squares of a row of the high-pass to the cells it lies in.
INLINE void add_squares(const float *high, int width, int cells, float *restrict sums) {
    const int whole = width / CELL;
    for (int cell = 0; cell < whole; cell++) {
        const float *four = high + cell * CELL;
        sums[cell] += four[0] * four[0] + four[1] * four[1] + four[2] * four[2] + four[3] * four[3];
    }
    for (int x = whole * CELL; x < width; x++) sums[cells - 1] += high[x] * high[x];
}

/// The values of a row from the cells above and below it, linearly interpolated.
INLINE void row_of_cells(
    const float *cells, int count, int rows, int y, int width, float *restrict line,
    float *restrict out) {
    const float at = ((float)y + 0.5f) / CELL - 0.5f;
    const int top = at < 0 ? 0 : (int)at, next = top + 1 < rows ? top + 1 : rows - 1;
    const float part = at < 0 ? 0 : at - (float)top;
    const float *a = cells + (size_t)(top < rows ? top : rows - 1) * count;
    const float *b = cells + (size_t)next * count;
    for (int i = 0; i < count; i++) line[i] = a[i] + part * (b[i] - a[i]);
    line[-1] = line[0];
    line[count] = line[count - 1];
    const int groups = width / CELL;
    for (int i = 0; i < groups; i++) {
        const float here = line[i], before = line[i - 1], after = line[i + 1];
        out[CELL * i] = here + 0.375f * (before - here);
        out[CELL * i + 1] = here + 0.125f * (before - here);
        out[CELL * i + 2] = here + 0.125f * (after - here);
        out[CELL * i + 3] = here + 0.375f * (after - here);
    }
    for (int x = groups * CELL; x < width; x++) out[x] = line[count - 1];
}

typedef struct {
    const float *luma;
    int width, height;
    float fine, coarse;
    /// Whether means of cells take the fine Gaussian's place.
    int quick;
    /// The high-pass, and the result in its place; may be the same memory as nothing else.
    float *high;
    /// Where the plain local contrast goes instead, or null.
    float *contrast;
    float *row, *cells, *soft;
} whitening;

INLINE void high_pass(const whitening *w, int cells) {
    float kernel[REACH + 1];
    gaussian(w->fine, REACH, kernel);
    float *row = w->row + MOST_REACH;
    for (int y = 0; y < w->height; y++) {
        float *high = w->high + (size_t)y * w->width;
        down(w->luma, w->width, w->height, y, kernel, REACH, row);
        across(row, w->width, kernel, REACH, high);
        const float *luma = w->luma + (size_t)y * w->width;
        for (int x = 0; x < w->width; x++) high[x] = luma[x] - high[x];
        add_squares(high, w->width, cells, w->cells + (size_t)(y / CELL) * cells);
    }
}

/// Makes means of the sums of cells.
INLINE void divide_cells(const whitening *w, int cells, int rows, float *sums) {
    for (int j = 0; j < rows; j++) {
        const int height = j < rows - 1 || w->height % CELL == 0 ? CELL : w->height % CELL;
        const int width = w->width % CELL == 0 ? CELL : w->width % CELL;
        float *row = sums + (size_t)j * cells;
        const float last = row[cells - 1] / (float)(width * height);
        for (int i = 0; i < cells; i++) row[i] *= 1.0f / (float)(CELL * height);
        row[cells - 1] = last;
    }
}

/// The high-pass against interpolated means of cells: nearly the Gaussian of a standard deviation of two
/// pixels, at a fifth of its cost.
INLINE void quick_high_pass(const whitening *w, int cells, int rows) {
    memset(w->soft, 0, (size_t)cells * rows * sizeof(float));
    for (int y = 0; y < w->height; y++)
        add_values(
            w->luma + (size_t)y * w->width, w->width, cells, w->soft + (size_t)(y / CELL) * cells);
    divide_cells(w, cells, rows, w->soft);
    float *line = w->row + MOST_REACH, *smooth = line + cells + MOST_REACH;
    for (int y = 0; y < w->height; y++) {
        const float *luma = w->luma + (size_t)y * w->width;
        float *high = w->high + (size_t)y * w->width;
        row_of_cells(w->soft, cells, rows, y, w->width, line, smooth);
        for (int x = 0; x < w->width; x++) high[x] = luma[x] - smooth[x];
        add_squares(high, w->width, cells, w->cells + (size_t)(y / CELL) * cells);
    }
}

INLINE void soften_cells(const whitening *w, int cells, int rows) {
    const int reach = (int)ceilf(3 * w->coarse / CELL);
    float kernel[MOST_REACH + 1];
    gaussian(w->coarse / CELL, reach, kernel);
    divide_cells(w, cells, rows, w->cells);
    for (int j = 0; j < rows; j++) {
        down(w->cells, cells, rows, j, kernel, reach, w->row + MOST_REACH);
        across(w->row + MOST_REACH, cells, kernel, reach, w->soft + (size_t)j * cells);
    }
}

/// The high-pass over its contrast, held to three, in its place.
INLINE void level_row(float *high, const float *power, int width) {
    const lane one = {1, 1, 1, 1, 1, 1, 1, 1};
    int x = 0;
    for (; x + LANES <= width; x += LANES) {
        const lane root = __builtin_elementwise_sqrt(*(const loose *)(power + x));
        lane value = *(const loose *)(high + x) / (root + one);
        value = __builtin_elementwise_max(value, one * -3);
        *(loose *)(high + x) = __builtin_elementwise_min(value, one * 3);
    }
    for (; x < width; x++) {
        const float value = high[x] / (__builtin_sqrtf(power[x]) + 1);
        high[x] = value < -3 ? -3 : value > 3 ? 3 : value;
    }
}

INLINE void whiten(const whitening *w) {
    const int cells = (w->width + CELL - 1) / CELL, rows = (w->height + CELL - 1) / CELL;
    if (w->quick)
        quick_high_pass(w, cells, rows);
    else
        high_pass(w, cells);
    soften_cells(w, cells, rows);
    float *line = w->row + MOST_REACH, *power = line + cells + MOST_REACH;
    for (int y = 0; y < w->height; y++) {
        float *high = w->high + (size_t)y * w->width;
        float *out = w->contrast ? w->contrast + (size_t)y * w->width : power;
        row_of_cells(w->soft, cells, rows, y, w->width, line, out);
        if (w->contrast) {
            for (int x = 0; x < w->width; x++) out[x] = __builtin_sqrtf(out[x]);
            continue;
        }
        level_row(high, out, w->width);
    }
}

static void whiten_portable(const whitening *w) { whiten(w); }
AVX2 static void whiten_avx2(const whitening *w) { whiten(w); }
static void run(const whitening *w) { DISPATCH(whiten, w); }

/// Finds the memory that the steps share, runs them and gives it back.
static int with_memory(whitening *w) {
    const size_t cells = (size_t)(w->width + CELL - 1) / CELL, rows = (w->height + CELL - 1) / CELL;
    const size_t row = 2 * (size_t)w->width + 4 * MOST_REACH + 64;
    float *memory = calloc(row + 2 * cells * rows, sizeof(float));
    if (!memory) return 0;
    w->row = memory, w->cells = memory + row, w->soft = w->cells + cells * rows;
    run(w);
    free(memory);
    return 1;
}

int selvage_whiten(const float *luma, int width, int height, int quick, float *white) {
    whitening w = {
        .luma = luma, .width = width, .height = height, .fine = 2, .coarse = 5, .quick = quick,
        .high = white};
    return with_memory(&w);
}

int selvage_contrast(
    const float *luma, int width, int height, float fine, float coarse, float *contrast) {
    float *high = floats((size_t)width * height);
    if (!high) return 0;
    whitening w = {
        .luma = luma, .width = width, .height = height, .fine = fine, .coarse = coarse,
        .high = high, .contrast = contrast};
    const int done = with_memory(&w);
    free(high);
    return done;
}

INLINE void taper(
    const float *white, size_t stride, int width, int height, const float *columns,
    const float *rows, int side, float *restrict samples) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            samples[(size_t)y * side + x] = white[y * stride + x] * columns[x] * rows[y];
}

AVX2 static void taper_avx2(
    const float *white, size_t stride, int width, int height, const float *columns,
    const float *rows, int side, float *samples) {
    taper(white, stride, width, height, columns, rows, side, samples);
}
static void taper_portable(
    const float *white, size_t stride, int width, int height, const float *columns,
    const float *rows, int side, float *samples) {
    taper(white, stride, width, height, columns, rows, side, samples);
}
void selvage_taper(
    const float *white, size_t stride, int width, int height, const float *columns,
    const float *rows, int side, float *samples) {
    DISPATCH(taper, white, stride, width, height, columns, rows, side, samples);
}
