// What the readers and writers of masters share among themselves.

#ifndef SELVAGE_MASTERS_INTERNAL_H
#define SELVAGE_MASTERS_INTERNAL_H

#include "codecs.h"

/// Where a master's samples are put, plane by plane.
typedef struct {
    uint8_t *colours;
    uint8_t *alpha;
    uint8_t *low;
    uint8_t *alphaLow;
    selvage_layers *layers;
} selvage_planes;

/// Puts one sample row of `channels` (1 to 4; 8 or native 16 bits) at `x` of row `y`, each sample
/// `step` columns from the one before.
void selvage_put_row(const selvage_planes *planes, uint32_t x, uint32_t y, uint32_t step,
    const void *row, uint32_t count, uint32_t channels);

/// Puts samples of one channel, which lie `stride` samples apart; 3 is alpha, and of grey channel 0
/// stands for all three.
void selvage_put_channel(const selvage_planes *planes, uint32_t x, uint32_t y, uint32_t step,
    const void *row, uint32_t stride, uint32_t count, uint32_t channel);

/// Channels of a row that is written.
uint32_t selvage_master_channels(const selvage_master *master);

/// Makes one row, of 8 bits or of 16 in this machine's byte order.
void selvage_master_row(const selvage_master *master, uint32_t y, void *row);

/// Returns 0 when there is no room.
int selvage_room_add(selvage_room *room, const void *bytes, size_t size);

#define SELVAGE_DECLARE_MASTER(name)                                                             \
    selvage_outcome selvage_##name##_master(const uint8_t *bytes, size_t size,                   \
        const selvage_limits *limits, const selvage_header *header,                              \
        const selvage_planes *planes, char *message)

SELVAGE_DECLARE_MASTER(png);
SELVAGE_DECLARE_MASTER(jpeg);
SELVAGE_DECLARE_MASTER(webp);
SELVAGE_DECLARE_MASTER(tiff);

#endif
