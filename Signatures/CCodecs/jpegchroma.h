// The halved colours of a JPEG master, found again behind what a decoder made of them.

#ifndef SELVAGE_JPEGCHROMA_H
#define SELVAGE_JPEGCHROMA_H

#include "masters.h"

/// Both colour differences at half the width, and at half the height when `tall`.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t padded;
    int16_t *blue;
    int16_t *red;
    uint8_t *rows;  // room for the rows that are written at once
} selvage_chroma;

/// Finds the planes of a picture; 0 without memory. `padded` is the length of written rows.
int selvage_chroma_open(
    selvage_chroma *chroma, const selvage_master *master, int tall, uint32_t padded);

/// One row of both planes, continued to the right and downwards.
void selvage_chroma_row(const selvage_chroma *chroma, uint32_t y, uint8_t *blue, uint8_t *red);

void selvage_chroma_close(selvage_chroma *chroma);

#endif
