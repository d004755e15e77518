// Keypoints of a difference-of-Gaussians scale space, chosen evenly over the picture and its scales.

#include "include/CFeatures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "scalespace.h"

enum { LEVELS = 3, BLURS = LEVELS + 3, MOST_OCTAVES = 8, FIELDS = 8 };

static const double first_blur = 1.6, blur_of_camera = 0.5;

typedef struct {
    float x, y, level, response;
    int octave, corner, taken;
} extremum;

typedef struct {
    extremum *items;
    size_t count, room;
    int failed;
} extrema;

static void append(extrema *list, extremum item) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 4096;
        extremum *items = realloc(list->items, room * sizeof(extremum));
        if (!items) {
            list->failed = 1;
            return;
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

// The differences of neighbouring blurs are taken where they are looked at: planes of their own cost
// more time for their memory than the subtractions do.
typedef struct {
    selvage_plane blurs[BLURS];
} octave;

static void octave_free(octave *one) {
    for (int i = 0; i < BLURS; i++) selvage_plane_free(&one->blurs[i]);
}

static int octave_make(octave *one, int width, int height) {
    int fine = 1;
    for (int i = 0; i < BLURS; i++) {
        one->blurs[i] = selvage_plane_make(width, height);
        fine &= one->blurs[i].samples != 0;
    }
    return fine;
}

SELVAGE_CLONES static void subtract(
    const float *restrict a, const float *restrict b, float *restrict out, int count) {
    for (int i = 0; i < count; i++) out[i] = a[i] - b[i];
}

/// A row of the difference at a level, from any place.
static void difference_row(
    const octave *one, int level, int y, selvage_border border, float *out) {
    const int width = one->blurs[0].width;
    const size_t start =
        (size_t)selvage_border_place(y, one->blurs[0].height, border) * (size_t)width;
    subtract(
        one->blurs[level + 1].samples + start, one->blurs[level].samples + start, out, width);
}

/// Blurs the first plane upwards.
static int octave_fill(octave *one, selvage_border border) {
    for (int i = 1; i < BLURS; i++) {
        const double before = first_blur * pow(2, (i - 1.0) / LEVELS);
        const double sigma = before * sqrt(pow(2, 2.0 / LEVELS) - 1);
        if (!selvage_blur(&one->blurs[i - 1], &one->blurs[i], sigma, border)) return 0;
    }
    return 1;
}

/// Three rows of a surface that is looked at from the top downwards, with marks for the middle one.
typedef struct {
    selvage_plane room;
    float *above, *row, *below;
    uint8_t *marks;
} three_rows;

static int three_rows_make(three_rows *rows, int width) {
    const int stride = width + 64;
    rows->room = selvage_plane_make(stride, 4);
    if (!rows->room.samples) return 0;
    rows->above = rows->room.samples;
    rows->row = rows->above + stride;
    rows->below = rows->row + stride;
    rows->marks = (uint8_t *)(rows->below + stride);
    memset(rows->marks, 0, (size_t)stride);
    return 1;
}

static void three_rows_turn(three_rows *rows) {
    float *first = rows->above;
    rows->above = rows->row;
    rows->row = rows->below;
    rows->below = first;
}

/// Marks the places of a row that stand out among their four neighbours.
SELVAGE_CLONES static void mark_row(
    const float *restrict above, const float *restrict row, const float *restrict below,
    uint8_t *restrict marks, int width, float threshold) {
    for (int x = 1; x < width - 1; x++) {
        const float v = row[x];
        const int high = (v > threshold) & (v >= row[x - 1]) & (v >= row[x + 1]) & (v >= above[x]) &
            (v >= below[x]);
        const int low = (v < -threshold) & (v <= row[x - 1]) & (v <= row[x + 1]) &
            (v <= above[x]) & (v <= below[x]);
        marks[x] = (uint8_t)(high | low);
    }
}

/// Takes the marks from places that are exceeded at the same place of a neighbouring surface.
SELVAGE_CLONES static void unmark_row(
    const float *restrict row, const float *restrict finer, const float *restrict coarser,
    uint8_t *restrict marks, int width) {
    for (int x = 1; x < width - 1; x++) {
        const float v = row[x];
        const int high = (v > 0) & (v >= finer[x]) & (v >= coarser[x]);
        const int low = (v < 0) & (v <= finer[x]) & (v <= coarser[x]);
        marks[x] &= (uint8_t)(high | low);
    }
}

/// The first marked place from one on, or the end.
static int next_mark(const uint8_t *marks, int from, int end) {
    // Most places are not marked: eight at a time are passed over. There is room beyond the end.
    while (from < end) {
        uint64_t eight;
        memcpy(&eight, marks + from, 8);
        if (!eight) {
            from += 8;
            continue;
        }
        if (marks[from]) return from;
        from++;
    }
    return end;
}

/// Whether one of the eight places around is more extreme than a value.
static int is_exceeded(const three_rows *rows, int x, float v) {
    const float a = rows->above[x - 1], b = rows->above[x], c = rows->above[x + 1];
    const float d = rows->row[x - 1], e = rows->row[x + 1];
    const float f = rows->below[x - 1], g = rows->below[x], h = rows->below[x + 1];
    return v > 0 ? (a > v) | (b > v) | (c > v) | (d > v) | (e > v) | (f > v) | (g > v) | (h > v)
                 : (a < v) | (b < v) | (c < v) | (d < v) | (e < v) | (f < v) | (g < v) | (h < v);
}

/// A 3 x 3 x 3 neighbourhood of differences.
typedef struct {
    float v[3][3][3];
} neighbourhood;

static void neighbourhood_read(
    neighbourhood *n, const octave *one, int level, int x, int y, selvage_border border) {
    const int width = one->blurs[0].width, height = one->blurs[0].height;
    const int inside = x > 0 && y > 0 && x < width - 1 && y < height - 1;
    float blurs[4][3][3];
    for (int l = 0; l < 4; l++)
        for (int j = 0; j < 3; j++) {
            const int line = inside ? y - 1 + j : selvage_border_place(y - 1 + j, height, border);
            const float *row = one->blurs[level - 1 + l].samples + (size_t)line * width;
            if (inside)
                memcpy(blurs[l][j], row + x - 1, 3 * sizeof(float));
            else
                for (int i = 0; i < 3; i++)
                    blurs[l][j][i] = row[selvage_border_place(x - 1 + i, width, border)];
        }
    for (int l = 0; l < 3; l++)
        for (int j = 0; j < 3; j++)
            for (int i = 0; i < 3; i++) n->v[l][j][i] = blurs[l + 1][j][i] - blurs[l][j][i];
}

static int is_extreme(const neighbourhood *n) {
    const float v = n->v[1][1][1];
    for (int l = 0; l < 3; l++)
        for (int j = 0; j < 3; j++)
            for (int i = 0; i < 3; i++)
                if (v > 0 ? n->v[l][j][i] > v : n->v[l][j][i] < v) return 0;
    return 1;
}

/// Solves for the top of the parabola through a neighbourhood; 0 when there is none.
static int peak(const neighbourhood *n, double offset[3], double *value) {
    const float(*v)[3][3] = n->v;
    const double g[3] = {
        (v[1][1][2] - v[1][1][0]) / 2, (v[1][2][1] - v[1][0][1]) / 2,
        (v[2][1][1] - v[0][1][1]) / 2};
    const double c = 2 * v[1][1][1], xx = v[1][1][2] + v[1][1][0] - c,
                 yy = v[1][2][1] + v[1][0][1] - c, ss = v[2][1][1] + v[0][1][1] - c;
    const double xy = (v[1][2][2] - v[1][2][0] - v[1][0][2] + v[1][0][0]) / 4;
    const double xs = (v[2][1][2] - v[2][1][0] - v[0][1][2] + v[0][1][0]) / 4;
    const double ys = (v[2][2][1] - v[2][0][1] - v[0][2][1] + v[0][0][1]) / 4;
    const double a = yy * ss - ys * ys, b = xs * ys - xy * ss, d = xy * ys - xs * yy;
    const double det = xx * a + xy * b + xs * d;
    if (fabs(det) < 1e-9) return 0;
    const double e = xx * ss - xs * xs, f = xs * xy - xx * ys, h = xx * yy - xy * xy;
    offset[0] = -(a * g[0] + b * g[1] + d * g[2]) / det;
    offset[1] = -(b * g[0] + e * g[1] + f * g[2]) / det;
    offset[2] = -(d * g[0] + f * g[1] + h * g[2]) / det;
    *value = v[1][1][1] + 0.5 * (g[0] * offset[0] + g[1] * offset[1] + g[2] * offset[2]);
    // An edge has one large and one small curvature; 15 is their largest ratio.
    const double trace = xx + yy;
    return h > 0 && trace * trace * 15 < 16 * 16 * h;
}

static void examine(
    extrema *found, const octave *one, int number, int level, int x, int y,
    const selvage_feature_settings *settings, selvage_border border) {
    neighbourhood n;
    neighbourhood_read(&n, one, level, x, y, border);
    if (!is_extreme(&n)) return;
    double offset[3], value;
    const int width = one->blurs[0].width, height = one->blurs[0].height;
    for (int step = 0; step < 3; step++) {
        if (!peak(&n, offset, &value)) return;
        if (fabs(offset[0]) < 0.6 && fabs(offset[1]) < 0.6 && fabs(offset[2]) < 0.6) {
            if (fabs(value) < settings->threshold) return;
            append(found, (extremum){
                .x = (float)(x + offset[0]), .y = (float)(y + offset[1]),
                .level = (float)(level + offset[2]), .response = (float)fabs(value),
                .octave = number});
            return;
        }
        x += (int)lround(fmax(-1, fmin(1, offset[0])));
        y += (int)lround(fmax(-1, fmin(1, offset[1])));
        level += (int)lround(fmax(-1, fmin(1, offset[2])));
        if (level < 1 || level > LEVELS) return;
        if (border == SELVAGE_WRAP) {
            x = selvage_border_place(x, width, border);
            y = selvage_border_place(y, height, border);
        } else if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) {
            return;
        }
        neighbourhood_read(&n, one, level, x, y, border);
    }
}

/// Three rows of every difference of an octave, from the finest to the coarsest.
typedef struct {
    three_rows levels[LEVELS + 2];
} difference_rows;

static void difference_rows_free(difference_rows *rows) {
    for (int level = 0; level < LEVELS + 2; level++) selvage_plane_free(&rows->levels[level].room);
}

/// Goes on by a row, so that `y` is the last of the three.
static void difference_rows_turn(
    difference_rows *rows, const octave *one, int y, selvage_border border) {
    for (int level = 0; level < LEVELS + 2; level++) {
        three_rows_turn(&rows->levels[level]);
        difference_row(one, level, y, border, rows->levels[level].below);
    }
}

/// Looks for extrema in the middle row of a level; most places are left for a few comparisons.
static void search_row(
    extrema *found, difference_rows *rows, const octave *one, int number, int level, int y,
    const selvage_feature_settings *settings) {
    const selvage_border border = settings->wraps ? SELVAGE_WRAP : SELVAGE_REFLECT;
    const int width = one->blurs[0].width, edge = settings->wraps ? 0 : 1, end = width - edge;
    const float low = 0.5f * settings->threshold;
    three_rows *own = &rows->levels[level];
    const three_rows *finer = own - 1, *coarser = own + 1;
    mark_row(own->above, own->row, own->below, own->marks, width, low);
    unmark_row(own->row, finer->row, coarser->row, own->marks, width);
    // On a repeat the first and last columns have neighbours too; examine() looks at them.
    own->marks[0] = own->marks[width - 1] = (uint8_t)settings->wraps;
    for (int x = next_mark(own->marks, edge, end); x < end; x = next_mark(own->marks, x + 1, end)) {
        const float v = own->row[x];
        if (!(fabsf(v) > low)) continue;
        const int inside = x > 0 && x < width - 1;
        if (inside && (is_exceeded(own, x, v) || is_exceeded(finer, x, v) ||
                       is_exceeded(coarser, x, v)))
            continue;
        examine(found, one, number, level, x, y, settings, border);
    }
}

/// Collects the extrema of an octave; one pass over its rows serves all levels.
static int search(
    extrema *found, const octave *one, int number, const selvage_feature_settings *settings) {
    const selvage_border border = settings->wraps ? SELVAGE_WRAP : SELVAGE_REFLECT;
    const int height = one->blurs[0].height, edge = settings->wraps ? 0 : 1;
    difference_rows rows = {0};
    int fine = 1;
    for (int level = 0; level < LEVELS + 2; level++)
        fine &= three_rows_make(&rows.levels[level], one->blurs[0].width);
    for (int y = edge - 1; fine && y <= height - edge; y++) {
        difference_rows_turn(&rows, one, y, border);
        if (y < edge + 1) continue;
        for (int level = 1; level <= LEVELS; level++)
            search_row(found, &rows, one, number, level, y - 1, settings);
    }
    difference_rows_free(&rows);
    return fine && !found->failed;
}

/// How strongly the surface bends like a saddle, which corners and crossings do; per blur squared.
SELVAGE_CLONES static void saddle_row(
    const float *restrict above, const float *restrict row, const float *restrict below,
    float *restrict out, int width, float weight) {
    for (int x = 1; x < width - 1; x++) {
        const float xx = row[x - 1] + row[x + 1] - 2 * row[x];
        const float yy = above[x] + below[x] - 2 * row[x];
        const float xy = 0.25f * (above[x - 1] + below[x + 1] - above[x + 1] - below[x - 1]);
        const float depth = xy * xy - xx * yy;
        out[x] = weight * SELVAGE_ROOT(depth > 0 ? depth : 0);
    }
}

/// The same at one place, whose neighbours may lie beyond the border.
static float saddle_at(
    const selvage_plane *plane, int x, int y, float weight, selvage_border border) {
    float v[3][3];
    for (int j = 0; j < 3; j++) {
        const float *row = plane->samples +
            (size_t)selvage_border_place(y - 1 + j, plane->height, border) * plane->width;
        for (int i = 0; i < 3; i++)
            v[j][i] = row[selvage_border_place(x - 1 + i, plane->width, border)];
    }
    const float xx = v[1][0] + v[1][2] - 2 * v[1][1], yy = v[0][1] + v[2][1] - 2 * v[1][1];
    const float xy = 0.25f * (v[0][0] + v[2][2] - v[0][2] - v[2][0]), depth = xy * xy - xx * yy;
    return depth > 0 ? weight * sqrtf(depth) : 0;
}

/// A row of saddles at a level, from any place.
static void saddles_of(
    const octave *one, int level, int y, selvage_border border, float *out) {
    const selvage_plane *plane = &one->blurs[level];
    const int width = plane->width, height = plane->height;
    const int line = selvage_border_place(y, height, border);
    const double blur = first_blur * pow(2, (double)level / LEVELS);
    const float weight = (float)(blur * blur);
    saddle_row(
        plane->samples + (size_t)selvage_border_place(line - 1, height, border) * width,
        plane->samples + (size_t)line * width,
        plane->samples + (size_t)selvage_border_place(line + 1, height, border) * width, out, width,
        weight);
    out[0] = saddle_at(plane, 0, line, weight, border);
    out[width - 1] = saddle_at(plane, width - 1, line, weight, border);
}

/// Whether no neighbour is larger.
static int stands_out(
    const three_rows *rows, int x, int width, float least, selvage_border border) {
    const float value = rows->row[x];
    if (value < least) return 0;
    const float *lines[3] = {rows->above, rows->row, rows->below};
    for (int j = 0; j < 3; j++)
        for (int i = -1; i <= 1; i++)
            if (lines[j][selvage_border_place(x + i, width, border)] > value) return 0;
    return 1;
}

/// Collects corners and crossings: they stand out at every scale, so no scale of their own is sought.
static int search_corners(
    extrema *found, const octave *one, int number, const selvage_feature_settings *s) {
    const selvage_border border = s->wraps ? SELVAGE_WRAP : SELVAGE_REFLECT;
    const int width = one->blurs[0].width, height = one->blurs[0].height, edge = s->wraps ? 0 : 2;
    const float least = 2 * s->threshold;
    three_rows rows;
    if (!three_rows_make(&rows, width)) return 0;
    for (int level = 1; level <= LEVELS; level += 2) {
        saddles_of(one, level, edge - 1, border, rows.row);
        saddles_of(one, level, edge, border, rows.below);
        for (int y = edge; y < height - edge; y++) {
            three_rows_turn(&rows);
            saddles_of(one, level, y + 1, border, rows.below);
            mark_row(rows.above, rows.row, rows.below, rows.marks, width, least);
            rows.marks[0] = rows.marks[width - 1] = (uint8_t)s->wraps;
            for (int x = next_mark(rows.marks, edge, width - edge); x < width - edge;
                 x = next_mark(rows.marks, x + 1, width - edge))
                if (stands_out(&rows, x, width, least, border))
                    append(found, (extremum){
                        .x = (float)x, .y = (float)y, .level = (float)level,
                        .response = rows.row[x], .octave = number, .corner = 1});
        }
    }
    selvage_plane_free(&rows.room);
    return !found->failed;
}

static int stronger(const void *a, const void *b) {
    const extremum *left = a, *right = b;
    if (left->response != right->response) return left->response < right->response ? 1 : -1;
    if (left->y != right->y) return left->y < right->y ? -1 : 1;
    if (left->x != right->x) return left->x < right->x ? -1 : 1;
    // No two are equal, so that the order never depends on the sort.
    if (left->octave != right->octave) return left->octave - right->octave;
    if (left->level != right->level) return left->level < right->level ? -1 : 1;
    return left->corner - right->corner;
}

/// How many keypoints have been taken, by octave and by field of the picture.
typedef struct {
    int in_octave[MOST_OCTAVES], in_field[FIELDS * FIELDS];
    size_t kept;
} tally;

static int field_of(extremum item, const octave *octaves) {
    const selvage_plane *plane = &octaves[item.octave].blurs[0];
    const int column = (int)(item.x * FIELDS / (float)plane->width);
    const int row = (int)(item.y * FIELDS / (float)plane->height);
    return (row < 0 ? 0 : row >= FIELDS ? FIELDS - 1 : row) * FIELDS +
        (column < 0 ? 0 : column >= FIELDS ? FIELDS - 1 : column);
}

/// Takes the strongest of a kind that the shares of octaves and fields allow.
static void take(
    extrema *found, const octave *octaves, const selvage_feature_settings *s, tally *tally,
    const int *shares, int corner, size_t most) {
    for (size_t i = 0; i < found->count && tally->kept < most; i++) {
        extremum *item = &found->items[i];
        if (item->corner != corner || item->taken) continue;
        if (shares && tally->in_octave[item->octave] >= shares[item->octave]) continue;
        int *field = &tally->in_field[field_of(*item, octaves)];
        if (s->most_in_field > 0 && *field >= s->most_in_field) continue;
        tally->in_octave[item->octave]++;
        *field += 1;
        item->taken = 1;
        tally->kept++;
    }
}

/// Moves the chosen ones to the front: the strongest, with a share for each octave and a bound for
/// each field of the picture, so that neither the finest detail nor one busy corner takes all.
static size_t choose(extrema *found, const octave *octaves, const selvage_feature_settings *s) {
    static const double parts[MOST_OCTAVES] = {0.4, 0.28, 0.18, 0.09, 0.05, 0, 0, 0};
    int shares[MOST_OCTAVES];
    tally tally = {{0}, {0}, 0};
    const size_t corners = (size_t)s->most / 4, blobs = (size_t)s->most - corners;
    if (found->count) qsort(found->items, found->count, sizeof(extremum), stronger);
    if (found->count > 20000) found->count = 20000;
    for (int i = 0; i < MOST_OCTAVES; i++) shares[i] = (int)((double)blobs * parts[i]);
    if (s->octaves > 1) take(found, octaves, s, &tally, shares, 0, blobs);
    take(found, octaves, s, &tally, 0, 0, blobs);
    // Where there are few blobs, corners take their places.
    memset(tally.in_octave, 0, sizeof tally.in_octave);
    for (int i = 0; i < MOST_OCTAVES; i++)
        shares[i] = (int)((double)((size_t)s->most - tally.kept) * parts[i]);
    if (s->octaves > 1) take(found, octaves, s, &tally, shares, 1, (size_t)s->most);
    take(found, octaves, s, &tally, 0, 1, (size_t)s->most);
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].taken) found->items[kept++] = found->items[i];
    return kept;
}

/// The plane at the working size: luma, resampled, stretched.
static int working_plane(
    const uint8_t *pixels, int width, int height, int colours, selvage_plane *to,
    selvage_border border) {
    selvage_grey grey;
    if (!colours || !selvage_hidden_grey(pixels, width, height, &grey))
        grey = selvage_grey_of(pixels, width, height);
    // A print master's plane of floats would take more memory than all else.
    enum { LARGE = 8000000 };
    if ((size_t)width * (size_t)height > LARGE && (width != to->width || height != to->height)) {
        if (!selvage_resample_pixels(pixels, grey, width, height, to, border)) return 0;
        selvage_stretch(to);
        return 1;
    }
    selvage_plane luma = selvage_plane_make(width, height);
    if (!luma.samples) return 0;
    selvage_luma(pixels, grey, &luma);
    int fine = 1;
    if (width == to->width && height == to->height)
        memcpy(to->samples, luma.samples, (size_t)width * (size_t)height * sizeof(float));
    else
        fine = selvage_resample(&luma, to, border);
    selvage_plane_free(&luma);
    if (fine) selvage_stretch(to);
    return fine;
}

int selvage_hides_colours(const uint8_t *pixels, int width, int height) {
    selvage_grey grey;
    return selvage_hidden_grey(pixels, width, height, &grey);
}

int selvage_working_luma(
    const uint8_t *pixels, int width, int height, int to_width, int to_height, int wraps,
    float *luma) {
    selvage_plane plane = {to_width, to_height, luma, 0};
    return working_plane(
        pixels, width, height, 0, &plane, wraps ? SELVAGE_WRAP : SELVAGE_REFLECT);
}

int selvage_resize_luma(
    const float *luma, int width, int height, float *to, int to_width, int to_height, int wraps) {
    // The plane is only read.
    const selvage_plane from = {width, height, (float *)luma, 0};
    selvage_plane target = {to_width, to_height, to, 0};
    return selvage_resample(&from, &target, wraps ? SELVAGE_WRAP : SELVAGE_REFLECT);
}

/// Builds the octaves and collects their extrema; returns how many octaves were made.
static int build(
    const uint8_t *pixels, int width, int height, const selvage_feature_settings *s,
    octave *octaves, extrema *found, float *luma) {
    const selvage_border border = s->wraps ? SELVAGE_WRAP : SELVAGE_REFLECT;
    int w = s->width, h = s->height;
    for (int i = 0; i < s->octaves; i++, w = (w + 1) / 2, h = (h + 1) / 2) {
        if (w < 12 || h < 12) return i;
        if (!octave_make(&octaves[i], w, h)) return -1;
        if (i == 0) {
            selvage_plane *start = &octaves[0].blurs[1];
            if (!working_plane(pixels, width, height, s->colours, start, border)) return -1;
            if (luma) memcpy(luma, start->samples, (size_t)w * (size_t)h * sizeof(float));
            // What was enlarged is blurred already; what was reduced is as sharp as a camera's.
            const double enlarged = (double)s->width / width;
            const double blur = fmin(1.5, enlarged > 1 ? blur_of_camera * enlarged : blur_of_camera);
            if (!selvage_blur(start, &octaves[0].blurs[0], sqrt(first_blur * first_blur - blur * blur), border))
                return -1;
        } else {
            selvage_halve(&octaves[i - 1].blurs[LEVELS], &octaves[i].blurs[0]);
        }
        if (!octave_fill(&octaves[i], border)) return -1;
        if (!search(found, &octaves[i], i, s)) return -1;
        if (!search_corners(found, &octaves[i], i, s)) return -1;
    }
    return s->octaves;
}

/// Directions and descriptors of the chosen extrema.
static long describe_all(
    const extrema *found, size_t chosen, const octave *octaves, const selvage_feature_settings *s,
    double across, double down, selvage_keypoint *keypoints, uint8_t *descriptors) {
    long count = 0;
    for (size_t i = 0; i < chosen; i++) {
        const extremum item = found->items[i];
        int level = (int)lroundf(item.level);
        level = level < 1 ? 1 : level > LEVELS ? LEVELS : level;
        const double blur = first_blur * pow(2, item.level / LEVELS), step = 1 << item.octave;
        const selvage_patch patch = {
            &octaves[item.octave].blurs[level], item.x, item.y, (float)blur, s->wraps};
        float angles[2];
        const int directions = selvage_directions(&patch, angles);
        for (int k = 0; k < directions; k++) {
            selvage_keypoint *point = &keypoints[count];
            *point = (selvage_keypoint){
                .x = (float)((item.x * step + 0.5) * across),
                .y = (float)((item.y * step + 0.5) * down),
                .scale = (float)(blur * step * sqrt(across * down)), .angle = angles[k],
                .response = item.response, .octave = (uint8_t)item.octave};
            if (selvage_describe(
                    &patch, angles[k], descriptors + count * SELVAGE_DESCRIPTOR_BYTES,
                    &point->flips))
                count++;
        }
    }
    return count;
}

long selvage_features(
    const uint8_t *pixels, int width, int height, const selvage_feature_settings *settings,
    selvage_keypoint **keypoints, uint8_t **descriptors, float *luma) {
    octave octaves[MOST_OCTAVES] = {0};
    extrema found = {0};
    selvage_feature_settings s = *settings;
    s.octaves = s.octaves > MOST_OCTAVES ? MOST_OCTAVES : s.octaves;
    long count = -1;
    *keypoints = 0;
    *descriptors = 0;
    const int made = build(pixels, width, height, &s, octaves, &found, luma);
    if (made >= 0) {
        const size_t chosen = choose(&found, octaves, &s);
        *keypoints = malloc((2 * chosen + 1) * sizeof(selvage_keypoint));
        *descriptors = malloc((2 * chosen + 1) * SELVAGE_DESCRIPTOR_BYTES);
        if (*keypoints && *descriptors)
            count = describe_all(
                &found, chosen, octaves, &s, (double)width / s.width, (double)height / s.height,
                *keypoints, *descriptors);
    }
    if (count < 0) {
        free(*keypoints);
        free(*descriptors);
        *keypoints = 0;
        *descriptors = 0;
    }
    free(found.items);
    for (int i = 0; i < MOST_OCTAVES; i++) octave_free(&octaves[i]);
    return count;
}
