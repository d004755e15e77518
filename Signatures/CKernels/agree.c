// How well blocks of a picture agree with the licensed repeat: gradients without sign, and luma.

#include "include/CAgreement.h"

#include <math.h>
#include <string.h>

#include "scalespace.h"

// A block has SIDE x SIDE gradients; the repeat's is larger by REACH on each side to be moved.
enum { SIDE = 20, REACH = 4, WIDE = SIDE + 2 * REACH, EDGED = SIDE + 2, WIDE_EDGED = WIDE + 2 };

/// Where a row of places lies between four samples each.
typedef struct {
    int upper_left[WIDE_EDGED], upper_right[WIDE_EDGED], lower_left[WIDE_EDGED],
        lower_right[WIDE_EDGED];
    float across[WIDE_EDGED], down[WIDE_EDGED];
} places;

#define INLINE static inline __attribute__((always_inline))

/// A place of a picture, which is reflected at its borders, as the nearest within.
INLINE void place_reflected(places *row, int k, int width, int height, float x, float y) {
    // Written so that what is not a number is the first place too.
    if (!(x >= 0)) x = 0;
    if (!(y >= 0)) y = 0;
    if (x > (float)(width - 1)) x = (float)(width - 1);
    if (y > (float)(height - 1)) y = (float)(height - 1);
    int i = (int)x, j = (int)y;
    if (i > width - 2) i = width > 1 ? width - 2 : 0;
    if (j > height - 2) j = height > 1 ? height - 2 : 0;
    const int at = j * width + i, right = width > 1, below = height > 1 ? width : 0;
    row->upper_left[k] = at;
    row->upper_right[k] = at + right;
    row->lower_left[k] = at + below;
    row->lower_right[k] = at + below + right;
    row->across[k] = x - (float)i;
    row->down[k] = y - (float)j;
}

/// A place of a repeat, whose sides meet.
INLINE void place_wrapped(
    places *row, int k, int width, int height, float columns, float rows, float x, float y) {
    x -= (float)width * floorf(x * columns);
    y -= (float)height * floorf(y * rows);
    // Far out floats are coarser than a sample, and may not even be numbers.
    if (!(x >= 0 && x < (float)width)) x = 0;
    if (!(y >= 0 && y < (float)height)) y = 0;
    int i = (int)x, j = (int)y;
    if (i >= width) i = width - 1;
    if (j >= height) j = height - 1;
    const int right = i + 1 < width ? i + 1 : 0, below = j + 1 < height ? j + 1 : 0;
    row->upper_left[k] = j * width + i;
    row->upper_right[k] = j * width + right;
    row->lower_left[k] = below * width + i;
    row->lower_right[k] = below * width + right;
    row->across[k] = x - (float)i;
    row->down[k] = y - (float)j;
}

/// The samples at a row of places, each blended of four.
INLINE void blend(const places *row, const float *restrict samples, float *restrict out, int count) {
    float a[WIDE_EDGED], b[WIDE_EDGED], c[WIDE_EDGED], d[WIDE_EDGED];
    // Plain loads: instructions that gather take longer than as many loads on some processors.
#pragma clang loop vectorize(disable)
    for (int k = 0; k < count; k++) {
        a[k] = samples[row->upper_left[k]];
        b[k] = samples[row->upper_right[k]];
        c[k] = samples[row->lower_left[k]];
        d[k] = samples[row->lower_right[k]];
    }
    for (int k = 0; k < count; k++) {
        const float fx = row->across[k], fy = row->down[k];
        out[k] = (1 - fy) * ((1 - fx) * a[k] + fx * b[k]) + fy * ((1 - fx) * c[k] + fx * d[k]);
    }
}

/// Smooths a square a little, so that half-pixel errors and noise count less.
SELVAGE_CLONES static void soften(float *samples, int side) {
    float rows[WIDE_EDGED * WIDE_EDGED];
    for (int j = 0; j < side; j++)
        for (int i = 0; i < side; i++) {
            const float *row = samples + j * side;
            const float left = row[i ? i - 1 : 0], right = row[i + 1 < side ? i + 1 : i];
            rows[j * side + i] = 0.25f * (left + right) + 0.5f * row[i];
        }
    for (int j = 0; j < side; j++)
        for (int i = 0; i < side; i++) {
            const float above = rows[(j ? j - 1 : 0) * side + i];
            const float below = rows[(j + 1 < side ? j + 1 : j) * side + i];
            samples[j * side + i] = 0.25f * (above + below) + 0.5f * rows[j * side + i];
        }
}

/// Double-angle gradients of a square, one sample less on each side; lengths compressed by a root.
/// What lies between the end of a row and its room is left as it is.
SELVAGE_CLONES static void fold_gradients(
    const float *restrict samples, int side, float *restrict out, int stride) {
    const int inner = side - 2;
    for (int j = 0; j < inner; j++) {
        float a[WIDE], b[WIDE];
        for (int i = 0; i < inner; i++) {
            const float *here = samples + (j + 1) * side + i + 1;
            const float x = here[1] - here[-1], y = here[side] - here[-side];
            const float square = x * x + y * y + 1e-3f;
            // Divided by length^1.5: what remains grows with the root of the length.
            const float length = SELVAGE_ROOT(square), weight = 1 / (length * SELVAGE_ROOT(length));
            a[i] = (x * x - y * y) * weight;
            b[i] = 2 * x * y * weight;
        }
        for (int i = 0; i < inner; i++) {
            out[j * stride + 2 * i] = a[i];
            out[j * stride + 2 * i + 1] = b[i];
        }
    }
}

// The two parts of a gradient lie side by side; rows have room beyond their end for whole vectors.
enum { ROW = 48, WIDE_ROW = 2 * WIDE + ROW - 2 * SIDE };

typedef struct {
    float luma[EDGED * EDGED], gradients[SIDE * ROW];
} small_square;

typedef struct {
    float luma[WIDE_EDGED * WIDE_EDGED], gradients[WIDE * WIDE_ROW];
} wide_square;

SELVAGE_CLONES static void render_picture(
    small_square *to, const float *picture, int width, int height, const selvage_block *block) {
    const float middle = 0.5f * (EDGED - 1);
    places row;
    for (int j = 0; j < EDGED; j++) {
        for (int i = 0; i < EDGED; i++)
            place_reflected(
                &row, i, width, height, block->x + ((float)i - middle) * block->step - 0.5f,
                block->y + ((float)j - middle) * block->step - 0.5f);
        blend(&row, picture, to->luma + j * EDGED, EDGED);
    }
    soften(to->luma, EDGED);
    fold_gradients(to->luma, EDGED, to->gradients, ROW);
}

SELVAGE_CLONES static void render_repeat(
    wide_square *to, const float *repeat, int width, int height, const selvage_block *block) {
    const float middle = 0.5f * (WIDE_EDGED - 1);
    const float columns = 1 / (float)width, rows = 1 / (float)height;
    places row;
    for (int j = 0; j < WIDE_EDGED; j++) {
        for (int i = 0; i < WIDE_EDGED; i++) {
            const float across = (float)i - middle, down = (float)j - middle;
            place_wrapped(
                &row, i, width, height, columns, rows,
                block->u + across * block->u_across + down * block->u_down - 0.5f,
                block->v + across * block->v_across + down * block->v_down - 0.5f);
        }
        blend(&row, repeat, to->luma + j * WIDE_EDGED, WIDE_EDGED);
    }
    soften(to->luma, WIDE_EDGED);
    fold_gradients(to->luma, WIDE_EDGED, to->gradients, WIDE_ROW);
}

enum { MOVES = 2 * REACH + 1, TOGETHER = 3 };

/// What the repeat's own gradients sum up to under the block, at every movement.
typedef struct {
    float square[MOVES][MOVES], a[MOVES][MOVES], b[MOVES][MOVES];
} window_sums;

/// Sums over windows: along the columns first, then along the rows, each from the one before.
static void sum_windows(const float *gradients, window_sums *out) {
    float square[WIDE] = {0}, a[WIDE] = {0}, b[WIDE] = {0};
    for (int j = 0; j < WIDE; j++) {
        const float *enters = gradients + j * WIDE_ROW;
        const float *leaves = gradients + (j - SIDE) * WIDE_ROW;
        for (int i = 0; i < WIDE; i++) {
            const float p = enters[2 * i], q = enters[2 * i + 1];
            square[i] += p * p + q * q;
            a[i] += p;
            b[i] += q;
            if (j < SIDE) continue;
            const float r = leaves[2 * i], t = leaves[2 * i + 1];
            square[i] -= r * r + t * t;
            a[i] -= r;
            b[i] -= t;
        }
        const int dy = j - SIDE + 1;
        if (dy < 0) continue;
        float sums[3] = {0, 0, 0};
        for (int i = 0; i < WIDE; i++) {
            sums[0] += square[i];
            sums[1] += a[i];
            sums[2] += b[i];
            const int dx = i - SIDE + 1;
            if (dx < 0) continue;
            out->square[dy][dx] = sums[0];
            out->a[dy][dx] = sums[1];
            out->b[dy][dx] = sums[2];
            sums[0] -= square[dx];
            sums[1] -= a[dx];
            sums[2] -= b[dx];
        }
    }
}

/// The products of the block with the repeat at three movements side by side.
SELVAGE_CLONES static void correlate(
    const float *restrict block, const float *restrict wide, float *restrict out) {
    float sums[TOGETHER][ROW] = {{0}};
    for (int j = 0; j < SIDE; j++)
        for (int k = 0; k < TOGETHER; k++)
            for (int i = 0; i < ROW; i++)
                sums[k][i] += block[j * ROW + i] * wide[j * WIDE_ROW + 2 * k + i];
    for (int k = 0; k < TOGETHER; k++) {
        float sum = 0;
        for (int i = 0; i < ROW; i++) sum += sums[k][i];
        out[k] = sum;
    }
}

/// The correlation of luma at a movement.
SELVAGE_CLONES static float correlate_luma(
    const small_square *found, const wide_square *licensed, int dx, int dy, float *contrast,
    float *licensed_contrast) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            const double p = found->luma[(j + 1) * EDGED + i + 1];
            const double q =
                licensed->luma[(j + 1 + REACH + dy) * WIDE_EDGED + i + 1 + REACH + dx];
            x += p;
            y += q;
            xx += p * p;
            yy += q * q;
            xy += p * q;
        }
    const double n = SIDE * SIDE, sx = sqrt(fmax(0, xx / n - x * x / n / n)),
                 sy = sqrt(fmax(0, yy / n - y * y / n / n));
    *contrast = (float)sx;
    *licensed_contrast = (float)sy;
    return (float)((xy / n - x * y / n / n) / (sx * sy + 4));
}

static void agree(
    const small_square *found, const wide_square *licensed, int reach, selvage_agreement *out) {
    float a = 0, b = 0, square = 0, values[MOVES][MOVES];
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            const float p = found->gradients[j * ROW + 2 * i];
            const float q = found->gradients[j * ROW + 2 * i + 1];
            a += p;
            b += q;
            square += p * p + q * q;
        }
    const float n = SIDE * SIDE, own = square - (a * a + b * b) / n;
    window_sums windows;
    sum_windows(licensed->gradients, &windows);
    int best_x = 0, best_y = 0;
    float best = -2;
    for (int dy = -reach; dy <= reach; dy++) {
        // The last three may reach beyond the movements that are asked for; there is room for them.
        float products[MOVES + TOGETHER];
        const float *row = licensed->gradients + (REACH + dy) * WIDE_ROW;
        for (int dx = -reach; dx <= reach; dx += TOGETHER)
            correlate(found->gradients, row + 2 * (REACH + dx), products + REACH + dx);
        for (int dx = -reach; dx <= reach; dx++) {
            const int y = REACH + dy, x = REACH + dx;
            const float p = windows.a[y][x], q = windows.b[y][x];
            const float other = windows.square[y][x] - (p * p + q * q) / n;
            const float covariance = products[x] - (a * p + b * q) / n;
            const float value = covariance / (sqrtf(fmaxf(own, 0) * fmaxf(other, 0)) + 2 * n * 0.5f);
            values[y][x] = value;
            // Along an edge every movement agrees: of equals the least is taken.
            const float held = value - 0.012f * sqrtf((float)(dx * dx + dy * dy));
            if (held > best) {
                best = held;
                best_x = dx;
                best_y = dy;
            }
        }
    }
    out->gradients = values[best_y + REACH][best_x + REACH];
    out->moved_across = (float)best_x;
    out->moved_down = (float)best_y;
    out->rival = -1;
    for (int dy = -reach; dy <= reach; dy++)
        for (int dx = -reach; dx <= reach; dx++) {
            const int far = dx - best_x > 2 || best_x - dx > 2 || dy - best_y > 2 || best_y - dy > 2;
            if (far && values[dy + REACH][dx + REACH] > out->rival)
                out->rival = values[dy + REACH][dx + REACH];
        }
    out->luma = correlate_luma(
        found, licensed, best_x, best_y, &out->contrast, &out->licensed_contrast);
}

void selvage_agree(
    const float *picture, int width, int height, const float *repeat, int repeat_width,
    int repeat_height, const selvage_block *blocks, size_t count, int reach,
    selvage_agreement *agreements) {
    // Beyond the end of a row lies nothing that counts: a block's is zero, a repeat's is a number.
    small_square found = {0};
    wide_square licensed = {0};
    for (size_t i = 0; i < count; i++) {
        render_picture(&found, picture, width, height, &blocks[i]);
        render_repeat(&licensed, repeat, repeat_width, repeat_height, &blocks[i]);
        agree(&found, &licensed, reach > REACH ? REACH : reach, &agreements[i]);
    }
}
