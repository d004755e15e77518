// The system calls around a decoder child that Swift cannot make: spawning, confining, timed I/O.

#ifndef SELVAGE_CDECODERCHILD_H
#define SELVAGE_CDECODERCHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A running decoder child; `memory` is the shared memory's descriptor.
typedef struct {
    pid_t process;
    int socket;
    int memory;
} selvage_child;

/// Starts `path`; its descriptor 0 is a socket to us and 3 the shared memory of `capacity` bytes.
///
/// It inherits no other descriptor and of the environment only LD_LIBRARY_PATH.
/// Returns 0, or an errno value. The caller closes both descriptors and waits for the process.
int selvage_spawn_decoder(
    const char *path, char *const *arguments, size_t capacity, selvage_child *child);

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

/// Copies the first bytes of the shared memory and gives their pages back. 0, or an errno value.
int selvage_take(int memory, void *into, size_t size, size_t touched);

/// In the child, before it reads a byte: no new descriptors, files, core dumps or privileges; it
/// dies with the thread that spawned it. Returns 0, or an errno value.
int selvage_confine(void);

/// In the child: private memory it may take from now on, besides `shared` bytes. 0 or errno.
int selvage_limit_memory(size_t bytes, size_t shared);

/// In the child: processor seconds it may take from now on; SIGXCPU ends it. 0 or errno.
int selvage_limit_processor(unsigned seconds);

/// In the child: the shared memory of descriptor 3, and its size. NULL when there is none.
void *selvage_shared_memory(size_t *size);

#endif
