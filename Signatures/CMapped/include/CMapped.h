// Memory of files that somebody may cut short while it is read.

#ifndef SELVAGE_CMAPPED_H
#define SELVAGE_CMAPPED_H

#include <stddef.h>

/// Watches a mapping that is read only: where its file has become shorter or cannot be read any more,
/// zeros are read from then on, where the process would have ended with SIGBUS.
///
/// Returns its number, or -1 when too many are watched.
int selvage_watch(void *start, size_t size);

/// Whether zeros were read in place of what was there.
int selvage_is_torn(int number);

/// Watches a mapping no longer; before it is undone.
void selvage_unwatch(int number);

/// Puts memory of this process in the place of some of a mapping's pages, with what they hold: from then
/// on they stay as they are, whatever becomes of the file. Nobody else may read them meanwhile.
///
/// Returns 0 without memory; then nothing has changed.
int selvage_hold(void *start, size_t size);

/// Gives the disk's room of a part of an open file back, which then reads as zeros; on file systems that
/// cannot, nothing happens.
void selvage_give_room_back(int file, long start, long size);

#endif
