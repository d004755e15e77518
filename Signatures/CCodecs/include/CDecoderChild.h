// The system calls around a decoder child that Swift cannot make: spawning, confining, timed I/O.

#ifndef SELVAGE_CDECODERCHILD_H
#define SELVAGE_CDECODERCHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A running decoder child; `memory` is the shared memory's descriptor, `shared` where we read it.
typedef struct {
    pid_t process;
    int socket;
    int memory;
    void *shared;
    size_t size;
} selvage_child;

/// Starts `path`; its descriptor 0 is a socket to us and 3 the shared memory of `capacity` bytes.
///
/// It inherits no other descriptor and of the environment only LD_LIBRARY_PATH; SELVAGE_DRAWINGS is
/// set when `drawings` is not 0. Returns 0, or an errno value. The caller closes both descriptors
/// and waits for the process.
int selvage_spawn_decoder(const char *path, char *const *arguments, size_t capacity,
    int drawings, selvage_child *child);

/// Tells a child by its environment to prepare for SVG.
#define SELVAGE_DRAWINGS "SELVAGE_DRAWINGS"

/// Kills the process unless it has ended, waits for it and closes the descriptors.
///
/// Returns the signal that ended it, 0 when it had ended by itself.
int selvage_end_decoder(selvage_child *child);

/// 1 when the other end is still open and has nothing unasked to say.
int selvage_is_waiting(int socket);

enum { SELVAGE_DONE = 0, SELVAGE_LATE = 1, SELVAGE_CLOSED = 2 };

/// Milliseconds of a clock that never goes back.
int64_t selvage_milliseconds(void);

/// Send or receive exactly `size` bytes until `deadline` (as `selvage_milliseconds`; -1: for ever).
int selvage_send(int socket, const void *bytes, size_t size, int64_t deadline);
int selvage_receive(int socket, void *bytes, size_t size, int64_t deadline);

/// Copies bytes into the shared memory. 0, or an errno value.
int selvage_put(int memory, const void *from, size_t size, size_t offset);

/// Copies bytes out of the shared memory. 0, or an errno value.
int selvage_take(const selvage_child *child, void *into, size_t size, size_t offset);

/// Gives the pages of a large part of the shared memory back to the system; keeps those of a small.
void selvage_give_back(int memory, size_t offset, size_t size);

/// Walls that not every kernel has.
enum { SELVAGE_CALLS_FILTERED = 1, SELVAGE_FILES_LOCKED = 2 };

/// In the child, before it reads a byte: no new descriptors, files, core dumps or privileges, no
/// capabilities, no system calls but those of decoding; it dies with the thread that spawned it.
///
/// `walls` says which of those stand that depend on the kernel. Returns 0, or an errno value.
int selvage_confine(uint32_t *walls);

/// In the child: private memory it may take from now on, besides `shared` bytes. 0 or errno.
int selvage_limit_memory(size_t bytes, size_t shared);

/// In the child: processor time it may take from now on; SIGPROF ends it. 0: no limit. 0 or errno.
int selvage_limit_processor(unsigned milliseconds);

/// In the child: the shared memory of descriptor 3, and its size. NULL when there is none.
void *selvage_shared_memory(size_t *size);

#endif
