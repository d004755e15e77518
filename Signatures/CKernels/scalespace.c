// The blurs and resamplings of a scale space, for pictures and for repeats that wrap around.

#include "scalespace.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Planes are used again by the same thread: fresh memory has to be cleared by the kernel first, which
// took a third of the time. A thread keeps no more than these, and gives them back when it ends.
enum { MOST_KEPT = 96 };
static const size_t most_kept_samples = 24u << 20;

typedef struct {
    float *samples;
    size_t room;
} kept_plane;

typedef struct {
    kept_plane planes[MOST_KEPT];
    size_t count, samples;
} plane_pool;

static pthread_key_t pool_key;

static void pool_free(void *memory) {
    plane_pool *pool = memory;
    for (size_t i = 0; i < pool->count; i++) free(pool->planes[i].samples);
    free(pool);
}

// Before main, so that no two threads make the key.
__attribute__((constructor)) static void pool_make_key(void) {
    pthread_key_create(&pool_key, pool_free);
}

static plane_pool *pool_of_thread(void) {
    plane_pool *pool = pthread_getspecific(pool_key);
    if (!pool) {
        pool = calloc(1, sizeof(plane_pool));
        if (pool) pthread_setspecific(pool_key, pool);
    }
    return pool;
}

selvage_plane selvage_plane_make(int width, int height) {
    // Room beyond the end lets vector loads read past a row.
    const size_t room = (size_t)width * (size_t)height + 64;
    selvage_plane plane = {width, height, 0, room};
    plane_pool *pool = pool_of_thread();
    for (size_t i = 0; pool && i < pool->count; i++) {
        // One that is much too large is kept for a larger plane.
        if (pool->planes[i].room < room || pool->planes[i].room > 2 * room) continue;
        plane.samples = pool->planes[i].samples;
        plane.room = pool->planes[i].room;
        pool->samples -= plane.room;
        pool->planes[i] = pool->planes[--pool->count];
        return plane;
    }
    plane.samples = malloc(room * sizeof(float));
    return plane;
}

void selvage_plane_free(selvage_plane *plane) {
    plane_pool *pool = pool_of_thread();
    if (plane->samples && pool && pool->count < MOST_KEPT &&
        pool->samples + plane->room <= most_kept_samples) {
        pool->planes[pool->count++] = (kept_plane){plane->samples, plane->room};
        pool->samples += plane->room;
    } else {
        free(plane->samples);
    }
    plane->samples = 0;
}

int selvage_border_place(int place, int count, selvage_border border) {
    if (place >= 0 && place < count) return place;
    if (border == SELVAGE_WRAP) {
        int rest = place % count;
        return rest < 0 ? rest + count : rest;
    }
    if (count == 1) return 0;
    int period = 2 * count - 2, rest = place % period;
    if (rest < 0) rest += period;
    return rest < count ? rest : period - rest;
}

enum { LARGEST_RADIUS = 40 };

/// Half of a normalised Gaussian, from the middle outwards; returns its radius.
static int gaussian(double sigma, float *weights) {
    int radius = (int)ceil(3 * sigma);
    if (radius > LARGEST_RADIUS) radius = LARGEST_RADIUS;
    double sum = 0, exact[LARGEST_RADIUS + 1];
    for (int i = 0; i <= radius; i++) {
        exact[i] = exp(-0.5 * i * i / (sigma * sigma));
        sum += i ? 2 * exact[i] : exact[i];
    }
    for (int i = 0; i <= radius; i++) weights[i] = (float)(exact[i] / sum);
    return radius;
}

// So many sums stay in registers while all taps are added, and so many columns are worked on at a
// time, so that the rows around the present one stay in the nearest cache.
enum { TOGETHER = 64, STRIP = 256, STRIP_ROOM = STRIP + 16 };

/// Sixteen samples at any address: written so, the sums stay in registers.
typedef float lanes __attribute__((vector_size(64), aligned(4)));

#define LANES(from) (*(const lanes *)(from))

/// A part of a row, convolved, from samples that begin `radius` before it; whole groups are written.
SELVAGE_CLONES static void blur_row(
    const float *restrict from, float *restrict out, int width, const float *restrict weights,
    int radius) {
    for (int x = 0; x < width; x += TOGETHER) {
        const float *middle = from + radius + x;
        lanes a = weights[0] * LANES(middle), b = weights[0] * LANES(middle + 16);
        lanes c = weights[0] * LANES(middle + 32), d = weights[0] * LANES(middle + 48);
        for (int i = 1; i <= radius; i++) {
            const float *left = middle - i, *right = middle + i;
            a += weights[i] * (LANES(left) + LANES(right));
            b += weights[i] * (LANES(left + 16) + LANES(right + 16));
            c += weights[i] * (LANES(left + 32) + LANES(right + 32));
            d += weights[i] * (LANES(left + 48) + LANES(right + 48));
        }
        *(lanes *)(out + x) = a;
        *(lanes *)(out + x + 16) = b;
        *(lanes *)(out + x + 32) = c;
        *(lanes *)(out + x + 48) = d;
    }
}

/// A part of an output row from the rows around it.
SELVAGE_CLONES static void blur_column(
    const float *const *restrict rows, float *restrict out, int width,
    const float *restrict weights, int radius) {
    for (int x = 0; x < width; x += TOGETHER) {
        const float *middle = rows[radius] + x;
        lanes a = weights[0] * LANES(middle), b = weights[0] * LANES(middle + 16);
        lanes c = weights[0] * LANES(middle + 32), d = weights[0] * LANES(middle + 48);
        for (int i = 1; i <= radius; i++) {
            const float *above = rows[radius - i] + x, *below = rows[radius + i] + x;
            a += weights[i] * (LANES(above) + LANES(below));
            b += weights[i] * (LANES(above + 16) + LANES(below + 16));
            c += weights[i] * (LANES(above + 32) + LANES(below + 32));
            d += weights[i] * (LANES(above + 48) + LANES(below + 48));
        }
        float last[TOGETHER];
        const int count = width - x < TOGETHER ? width - x : TOGETHER;
        float *to = count < TOGETHER ? last : out + x;
        *(lanes *)to = a;
        *(lanes *)(to + 16) = b;
        *(lanes *)(to + 32) = c;
        *(lanes *)(to + 48) = d;
        if (count < TOGETHER) memcpy(out + x, last, (size_t)count * sizeof(float));
    }
}

/// A strip of columns that is blurred from top to bottom.
typedef struct {
    const selvage_plane *from;
    int first, width, radius;
    const float *weights;
    selvage_border border;
    float *padded;
} strip;

/// One row of a strip, blurred along the row; borders are filled in where it has any.
static void blur_across(const strip *s, int y, float *out) {
    const int width = s->from->width, radius = s->radius, end = s->first + s->width;
    const float *row = s->from->samples + (size_t)y * width;
    for (int x = s->first; x < end;) {
        // As many whole groups as see no border.
        int inside = x < radius ? 0 : (width - radius - x) / TOGETHER * TOGETHER;
        if (inside > end - x) inside = end - x;
        if (inside > 0) {
            blur_row(row + x - radius, out + (x - s->first), inside, s->weights, radius);
            x += inside;
            continue;
        }
        const int before = x - radius, after = x + TOGETHER + radius;
        const int from = before > 0 ? before : 0, to = after < width ? after : width;
        for (int i = before; i < from; i++)
            s->padded[i - before] = row[selvage_border_place(i, width, s->border)];
        memcpy(s->padded + (from - before), row + from, (size_t)(to - from) * sizeof(float));
        for (int i = to; i < after; i++)
            s->padded[i - before] = row[selvage_border_place(i, width, s->border)];
        blur_row(s->padded, out + (x - s->first), TOGETHER, s->weights, radius);
        x += TOGETHER;
    }
}

/// Blurs a strip; `lines` has room for `kept` rows of it.
static void blur_strip(const strip *s, float *lines, int kept, selvage_plane *to) {
    const int height = s->from->height, radius = s->radius;
    int done = 0;
    for (int y = 0; y < height; y++) {
        const int needed =
            s->border == SELVAGE_WRAP || y + radius >= height ? height : y + radius + 1;
        for (; done < needed; done++)
            blur_across(s, done, lines + (size_t)(done % kept) * STRIP_ROOM);
        const float *rows[2 * LARGEST_RADIUS + 2];
        for (int i = -radius; i <= radius; i++) {
            const int place = selvage_border_place(y + i, height, s->border);
            rows[i + radius] = lines + (size_t)(place % kept) * STRIP_ROOM;
        }
        blur_column(
            rows, to->samples + (size_t)y * s->from->width + s->first, s->width, s->weights, radius);
    }
}

int selvage_blur(
    const selvage_plane *from, selvage_plane *to, double sigma, selvage_border border) {
    float weights[LARGEST_RADIUS + 2] = {0};
    float padded[TOGETHER + 2 * LARGEST_RADIUS] = {0};
    const int radius = gaussian(sigma, weights), height = from->height;
    // Where the plane wraps, its last rows are needed for its first ones, and all are kept.
    const int kept = border == SELVAGE_WRAP || height < 2 * radius + 1 ? height : 2 * radius + 1;
    selvage_plane lines = selvage_plane_make(STRIP_ROOM, kept);
    if (!lines.samples) return 0;
    for (int first = 0; first < from->width; first += STRIP) {
        const int left = from->width - first;
        const strip one = {
            from, first, left < STRIP ? left : STRIP, radius, weights, border, padded};
        blur_strip(&one, lines.samples, kept, to);
    }
    selvage_plane_free(&lines);
    return 1;
}

typedef struct {
    int first, count;
} taps;

/// The tent filter's taps for each output place; weights lie `stride` apart.
static int tent(
    int from, int to, selvage_border border, taps **out, float **out_weights, int *stride) {
    const double scale = (double)from / to, reach = scale > 1 ? scale : 1;
    const int most = (int)ceil(2 * reach) + 2;
    taps *places = malloc((size_t)to * sizeof(taps));
    float *weights = calloc((size_t)to * (size_t)most, sizeof(float));
    if (!places || !weights) {
        free(places);
        free(weights);
        return 0;
    }
    (void)border;
    for (int i = 0; i < to; i++) {
        const double centre = (i + 0.5) * scale - 0.5;
        const int first = (int)floor(centre - reach) + 1;
        double sum = 0;
        int count = 0;
        for (int j = first; j < centre + reach && count < most; j++, count++) {
            const double weight = 1 - fabs(j - centre) / reach;
            weights[(size_t)i * most + count] = (float)(weight > 0 ? weight : 0);
            sum += weight > 0 ? weight : 0;
        }
        for (int j = 0; j < count; j++) weights[(size_t)i * most + j] /= (float)sum;
        places[i] = (taps){first, count};
    }
    *out = places;
    *out_weights = weights;
    *stride = most;
    return 1;
}

SELVAGE_CLONES static void add_row(
    float *restrict sum, const float *restrict row, float weight, int width) {
    for (int x = 0; x < width; x++) sum[x] += weight * row[x];
}

SELVAGE_CLONES static void gather_row(
    const float *restrict row, float *restrict out, const taps *restrict places,
    const float *restrict weights, int stride, int count) {
    for (int x = 0; x < count; x++) {
        const float *from = row + places[x].first, *weight = weights + (size_t)x * stride;
        float sum = 0;
        for (int i = 0; i < places[x].count; i++) sum += weight[i] * from[i];
        out[x] = sum;
    }
}

SELVAGE_CLONES void selvage_luma(
    const uint8_t *pixels, selvage_grey grey, selvage_plane *to) {
    const float red = grey.weights[0], green = grey.weights[1], blue = grey.weights[2];
    const float offset = grey.offset;
    const size_t count = (size_t)to->width * (size_t)to->height;
    float *restrict out = to->samples;
    for (size_t i = 0; i < count; i++)
        out[i] = red * pixels[3 * i] + green * pixels[3 * i + 1] + blue * pixels[3 * i + 2] + offset;
}

/// A plane, or pixels of which it would be made: a large one takes more memory than its pixels do.
typedef struct {
    int width, height;
    const float *samples;
    const uint8_t *pixels;
    selvage_grey grey;
    float *row;
} rows;

static const float *row_of(const rows *from, int y) {
    const size_t start = (size_t)y * from->width;
    if (from->samples) return from->samples + start;
    selvage_plane row = {from->width, 1, from->row, 0};
    selvage_luma(from->pixels + 3 * start, from->grey, &row);
    return from->row;
}

static int resample(const rows *from, selvage_plane *to, selvage_border border) {
    taps *across = 0, *down = 0;
    float *across_weights = 0, *down_weights = 0, *padded = 0;
    int across_stride = 0, down_stride = 0, fine = 0;
    const int width = from->width;
    if (!tent(width, to->width, border, &across, &across_weights, &across_stride)) goto done;
    if (!tent(from->height, to->height, border, &down, &down_weights, &down_stride)) goto done;
    const int margin = across_stride + 2;
    padded = malloc(((size_t)width + 2 * (size_t)margin) * sizeof(float));
    if (!padded) goto done;
    for (int y = 0; y < to->height; y++) {
        memset(padded + margin, 0, (size_t)width * sizeof(float));
        for (int i = 0; i < down[y].count; i++) {
            const int place = selvage_border_place(down[y].first + i, from->height, border);
            add_row(
                padded + margin, row_of(from, place), down_weights[(size_t)y * down_stride + i],
                width);
        }
        for (int i = 1; i <= margin; i++) {
            padded[margin - i] = padded[margin + selvage_border_place(-i, width, border)];
            padded[margin + width - 1 + i] =
                padded[margin + selvage_border_place(width - 1 + i, width, border)];
        }
        gather_row(
            padded + margin, to->samples + (size_t)y * to->width, across, across_weights,
            across_stride, to->width);
    }
    fine = 1;
done:
    free(across);
    free(across_weights);
    free(down);
    free(down_weights);
    free(padded);
    return fine;
}

int selvage_resample(const selvage_plane *from, selvage_plane *to, selvage_border border) {
    const rows source = {.width = from->width, .height = from->height, .samples = from->samples};
    return resample(&source, to, border);
}

int selvage_resample_pixels(
    const uint8_t *pixels, selvage_grey grey, int width, int height, selvage_plane *to,
    selvage_border border) {
    rows source = {.width = width, .height = height, .pixels = pixels, .grey = grey};
    source.row = malloc((size_t)width * sizeof(float));
    const int fine = source.row && resample(&source, to, border);
    free(source.row);
    return fine;
}

void selvage_halve(const selvage_plane *from, selvage_plane *to) {
    for (int y = 0; y < to->height; y++) {
        const float *row = from->samples + (size_t)(2 * y) * from->width;
        float *out = to->samples + (size_t)y * to->width;
        for (int x = 0; x < to->width; x++) out[x] = row[2 * x];
    }
}

SELVAGE_CLONES static void scale_samples(float *samples, size_t count, float low, float gain) {
    for (size_t i = 0; i < count; i++) {
        const float value = (samples[i] - low) * gain + 12;
        samples[i] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
}

void selvage_stretch(selvage_plane *plane) {
    const size_t count = (size_t)plane->width * (size_t)plane->height;
    // Neighbours are alike: counted in turn in four histograms, none waits for the one before.
    uint32_t turns[4][256] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const float value = plane->samples[i];
        turns[i & 3][value < 0 ? 0 : value > 255 ? 255 : (int)value]++;
    }
    size_t histogram[256];
    for (int i = 0; i < 256; i++)
        histogram[i] = (size_t)turns[0][i] + turns[1][i] + turns[2][i] + turns[3][i];
    int low = 0, high = 255;
    for (size_t sum = histogram[0]; low < 255 && sum * 100 < count; sum += histogram[++low]) {}
    for (size_t sum = histogram[255]; high > 0 && sum * 100 < count; sum += histogram[--high]) {}
    float gain = 230.0f / (high - low > 1 ? (float)(high - low) : 1);
    if (gain > 12) gain = 12;
    scale_samples(plane->samples, count, (float)low, gain);
}
