// Decoder children as their parent sees them: started with nothing, spoken to with a deadline.

#define _GNU_SOURCE
#include "include/CDecoderChild.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Shared pages up to this many bytes stay for the next picture.
enum { KEPT = 32 << 20 };

// Sealed against resizing, so that a child cannot take the memory from under its reader.
static int shared_memory(size_t capacity) {
    int memory = memfd_create("selvage-picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0) return -1;
    if (ftruncate(memory, (off_t)capacity) ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
        close(memory);
        return -1;
    }
    return memory;
}

// A descriptor above the ones that the child gets, so that no dup2 overwrites a source.
static int lifted(int descriptor) {
    if (descriptor < 0) return -1;
    int high = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
    close(descriptor);
    return high;
}

static int spawn(const char *path, char *const *arguments, int drawings, int socket, int memory,
    pid_t *process) {
    char library_path[4096];
    char *environment[3] = {NULL, NULL, NULL};
    int count = 0;
    const char *libraries = getenv("LD_LIBRARY_PATH");
    if (libraries) {
        snprintf(library_path, sizeof library_path, "LD_LIBRARY_PATH=%s", libraries);
        environment[count++] = library_path;
    }
    if (drawings) environment[count++] = SELVAGE_DRAWINGS "=1";
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    // Its own process group: a terminal's interrupt is the parent's to deal with.
    posix_spawnattr_setflags(&attributes,
        POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, memory, 3);
    posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    failure = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int selvage_spawn_decoder(const char *path, char *const *arguments, size_t capacity,
    int drawings, selvage_child *child) {
    int ends[2];
    int memory = lifted(shared_memory(capacity));
    if (memory < 0) return errno;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
        int failure = errno;
        close(memory);
        return failure;
    }
    // Sealed against shrinking, so that reading what the child has never ends in a fault.
    void *shared = mmap(NULL, capacity, PROT_READ, MAP_SHARED, memory, 0);
    int theirs = lifted(ends[1]);
    int failure = theirs < 0 || shared == MAP_FAILED
                      ? errno
                      : spawn(path, arguments, drawings, theirs, memory, &child->process);
    if (theirs >= 0) close(theirs);
    if (failure) {
        if (shared != MAP_FAILED) munmap(shared, capacity);
        close(ends[0]);
        close(memory);
        return failure;
    }
    child->socket = ends[0];
    child->memory = memory;
    child->shared = shared;
    child->size = capacity;
    return 0;
}

int selvage_end_decoder(selvage_child *child) {
    int status = 0;
    kill(child->process, SIGKILL);
    munmap(child->shared, child->size);
    close(child->socket);
    close(child->memory);
    pid_t ended;
    do ended = waitpid(child->process, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == child->process && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int selvage_is_waiting(int socket) {
    struct pollfd entry = {socket, POLLIN | POLLRDHUP, 0};
    return poll(&entry, 1, 0) == 0;
}

int64_t selvage_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Waits until the socket is ready for `events`.
static int wait_for(int socket, short events, int64_t deadline) {
    for (;;) {
        int64_t left = -1;
        if (deadline >= 0) {
            left = deadline - selvage_milliseconds();
            if (left <= 0) return SELVAGE_LATE;
        }
        struct pollfd entry = {socket, events, 0};
        int ready = poll(&entry, 1, left > 1000000 ? 1000000 : (int)left);
        if (ready > 0) return SELVAGE_DONE;
        if (ready < 0 && errno != EINTR) return SELVAGE_CLOSED;
    }
}

int selvage_send(int socket, const void *bytes, size_t size, int64_t deadline) {
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t sent = send(socket, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            at += sent;
            size -= (size_t)sent;
        } else if (sent < 0 && errno == EAGAIN) {
            int outcome = wait_for(socket, POLLOUT, deadline);
            if (outcome) return outcome;
        } else if (!(sent < 0 && errno == EINTR)) {
            return SELVAGE_CLOSED;
        }
    }
    return SELVAGE_DONE;
}

int selvage_receive(int socket, void *bytes, size_t size, int64_t deadline) {
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t received = recv(socket, at, size, MSG_DONTWAIT);
        if (received > 0) {
            at += received;
            size -= (size_t)received;
        } else if (received < 0 && errno == EAGAIN) {
            int outcome = wait_for(socket, POLLIN, deadline);
            if (outcome) return outcome;
        } else if (!(received < 0 && errno == EINTR)) {
            return SELVAGE_CLOSED;
        }
    }
    return SELVAGE_DONE;
}

int selvage_put(int memory, const void *from, size_t size, size_t offset) {
    const uint8_t *at = from;
    while (size > 0) {
        ssize_t put = pwrite(memory, at, size, (off_t)offset);
        if (put == 0 || (put < 0 && errno != EINTR)) return put == 0 ? EIO : errno;
        if (put < 0) continue;
        at += put;
        offset += (size_t)put;
        size -= (size_t)put;
    }
    return 0;
}

// Page faults cost more than the copy itself, so the pages are asked for all at once (Linux 5.14;
// elsewhere they come one by one).
static void populate(void *start, size_t size) {
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)start + page - 1) / page * page;
    uintptr_t last = ((uintptr_t)start + size) / page * page;
    if (last > first) madvise((void *)first, last - first, MADV_POPULATE_WRITE);
#else
    (void)start;
    (void)size;
#endif
}

// A mapping is the quickest way for most pictures; large ones are read through the descriptor, so
// that their pages do not count twice in this process.
int selvage_take(const selvage_child *child, void *into, size_t size, size_t offset) {
    uint8_t *at = into;
    populate(into, size);
    if (size <= KEPT) {
        memcpy(into, (const uint8_t *)child->shared + offset, size);
        return 0;
    }
    while (size > 0) {
        ssize_t got = pread(child->memory, at, size, (off_t)offset);
        if (got == 0 || (got < 0 && errno != EINTR)) return got == 0 ? EIO : errno;
        if (got < 0) continue;
        at += got;
        offset += (size_t)got;
        size -= (size_t)got;
    }
    return 0;
}

void selvage_give_back(int memory, size_t offset, size_t size) {
    if (size > KEPT)
        fallocate(memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size);
}
