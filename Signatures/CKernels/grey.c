// How colours become one number: luma, or where luma hardly differs the axis along which colours do.

#include "scalespace.h"

#include <math.h>

// Samples are means of small squares on a grid, so that grain counts little.
enum { GRID_SIDE = 64, SQUARE = 4 };

static const double luma_weights[3] = {0.299, 0.587, 0.114};

typedef struct {
    double mean[3], products[3][3];
} colour_spread;

static void sample_at(const uint8_t *pixels, int width, int height, int x, int y, double colour[3]) {
    if (x + SQUARE <= width && y + SQUARE <= height) {
        uint16_t sums[3 * SQUARE] = {0};
        for (int j = 0; j < SQUARE; j++) {
            const uint8_t *row = pixels + 3 * ((size_t)(y + j) * width + x);
            for (int i = 0; i < 3 * SQUARE; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
        }
        for (int k = 0; k < 3; k++) {
            int sum = 0;
            for (int i = k; i < 3 * SQUARE; i += 3) sum += sums[i];
            colour[k] = (double)sum / (SQUARE * SQUARE);
        }
        return;
    }
    int sums[3] = {0, 0, 0}, count = 0;
    for (int j = y; j < y + SQUARE && j < height; j++)
        for (int i = x; i < x + SQUARE && i < width; i++, count++)
            for (int k = 0; k < 3; k++) sums[k] += pixels[3 * ((size_t)j * width + i) + k];
    for (int k = 0; k < 3; k++) colour[k] = (double)sums[k] / count;
}

static colour_spread spread_of(const uint8_t *pixels, int width, int height) {
    colour_spread spread = {{0}, {{0}}};
    const int columns = width < GRID_SIDE ? width : GRID_SIDE;
    const int rows = height < GRID_SIDE ? height : GRID_SIDE;
    const double count = (double)columns * rows;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            double colour[3];
            sample_at(
                pixels, width, height, (int)((long)column * width / columns),
                (int)((long)row * height / rows), colour);
            for (int k = 0; k < 3; k++) {
                spread.mean[k] += colour[k] / count;
                for (int l = 0; l < 3; l++) spread.products[k][l] += colour[k] * colour[l] / count;
            }
        }
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) spread.products[k][l] -= spread.mean[k] * spread.mean[l];
    return spread;
}

/// The variance along an axis.
static double along(const colour_spread *spread, const double axis[3]) {
    double sum = 0;
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) sum += axis[k] * spread->products[k][l] * axis[l];
    return sum;
}

/// The axis of length 1 along which colours differ most.
static void principal_axis(const colour_spread *spread, double axis[3]) {
    int widest = 0;
    for (int k = 1; k < 3; k++)
        if (spread->products[k][k] > spread->products[widest][widest]) widest = k;
    for (int k = 0; k < 3; k++) axis[k] = k == widest;
    for (int step = 0; step < 48; step++) {
        double next[3] = {0, 0, 0}, square = 0;
        for (int k = 0; k < 3; k++) {
            for (int l = 0; l < 3; l++) next[k] += spread->products[k][l] * axis[l];
            square += next[k] * next[k];
        }
        if (square < 1e-12) return;
        for (int k = 0; k < 3; k++) axis[k] = next[k] / sqrt(square);
    }
}

selvage_grey selvage_grey_of(const uint8_t *pixels, int width, int height) {
    selvage_grey grey = {{0.299f, 0.587f, 0.114f}, 0};
    const colour_spread spread = spread_of(pixels, width, height);
    double axis[3], middle = 0;
    principal_axis(&spread, axis);
    // Luma is a third of the length of the axis of greys; it stays where it shows enough. Contrasts
    // below one grey level are grain, whichever axis they lie along.
    const double widest = along(&spread, axis) / 3, most = SELVAGE_LEAST_LUMA * SELVAGE_LEAST_LUMA;
    if (widest < 1 || along(&spread, luma_weights) >= most * widest) return grey;
    for (int k = 0; k < 3; k++) {
        grey.weights[k] = (float)axis[k];
        middle += axis[k] * spread.mean[k];
    }
    grey.offset = (float)(128 - middle);
    return grey;
}

// Neighbours on a grid differ in colour by so much, and in luma by less than this share of it, in at
// least this part of the picture's pairs. Of 25 photographs one has as many (Docs/matching.md).
enum { FINE_SIDE = 96 };
static const double least_colour = 14, most_luma = 0.35, least_hidden = 0.04;

/// The difference of two colours without its grey part; returns whether luma hides it.
static int hidden_difference(const double one[3], const double other[3], double difference[3]) {
    double mean = 0, luma = 0, square = 0;
    for (int k = 0; k < 3; k++) {
        difference[k] = one[k] - other[k];
        mean += difference[k] / 3;
        luma += difference[k] * luma_weights[k];
    }
    for (int k = 0; k < 3; k++) {
        difference[k] -= mean;
        square += difference[k] * difference[k];
    }
    return square >= least_colour * least_colour && luma * luma < most_luma * most_luma * square;
}

int selvage_hidden_grey(const uint8_t *pixels, int width, int height, selvage_grey *grey) {
    const int columns = width < FINE_SIDE ? width : FINE_SIDE;
    const int rows = height < FINE_SIDE ? height : FINE_SIDE;
    double lines[2][FINE_SIDE][3], difference[3], middle[3] = {0};
    colour_spread hidden = {{0}, {{0}}};
    long count = 0, pairs = 0;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            double *here = lines[row & 1][column];
            sample_at(
                pixels, width, height, (int)((long)column * width / columns),
                (int)((long)row * height / rows), here);
            const double *beside[2] = {
                column ? lines[row & 1][column - 1] : 0, row ? lines[(row - 1) & 1][column] : 0};
            for (int way = 0; way < 2; way++) {
                if (!beside[way]) continue;
                pairs++;
                if (!hidden_difference(here, beside[way], difference)) continue;
                count++;
                for (int k = 0; k < 3; k++) {
                    middle[k] += (here[k] + beside[way][k]) / 2;
                    for (int l = 0; l < 3; l++)
                        hidden.products[k][l] += difference[k] * difference[l];
                }
            }
        }
    if (!count || (double)count < least_hidden * (double)pairs) return 0;
    if (selvage_grey_of(pixels, width, height).weights[1] != (float)luma_weights[1]) return 0;
    double axis[3], offset = 128;
    principal_axis(&hidden, axis);
    for (int k = 0; k < 3; k++) {
        grey->weights[k] = (float)axis[k];
        offset -= axis[k] * middle[k] / (double)count;
    }
    grey->offset = (float)offset;
    return 1;
}
