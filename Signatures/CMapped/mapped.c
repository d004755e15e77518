// Memory of files that somebody may cut short while it is read.

#define _GNU_SOURCE
#include "CMapped.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 1024 };

/// A mapping that is watched; free where `end` is zero.
typedef struct {
    _Atomic(uintptr_t) start, end;
    atomic_int taken, torn;
} watched;

// The handler reads these at any moment, so they are neither locked nor moved.
static watched mappings[MOST];
static struct sigaction former;
static uintptr_t page;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static watched *around(uintptr_t at) {
    for (int i = 0; i < MOST; i++) {
        const uintptr_t end = atomic_load(&mappings[i].end);
        if (at < end && at >= atomic_load(&mappings[i].start)) return mappings + i;
    }
    return NULL;
}

// Only calls that a handler may make: mmap is a plain system call.
static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    const int kept = errno;
    const uintptr_t at = (uintptr_t)info->si_addr;
    // A code above zero is the kernel's own; others sent the signal to end us.
    watched *mapping = info->si_code > 0 ? around(at) : NULL;
    if (mapping) {
        void *first = (void *)(at / page * page);
        atomic_store(&mapping->torn, 1);
        if (mmap(first, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == first) {
            errno = kept;
            return;
        }
    }
    // Not ours: as if nobody had watched. What was read is read again, and faults again.
    sigaction(signal, &former, NULL);
    if (info->si_code <= 0) raise(signal);
    errno = kept;
}

static void install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    page = (uintptr_t)sysconf(_SC_PAGESIZE);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &former);
}

int selvage_watch(void *start, size_t size) {
    pthread_once(&once, install);
    for (int i = 0; i < MOST; i++) {
        int free = 0;
        if (!atomic_compare_exchange_strong(&mappings[i].taken, &free, 1)) continue;
        atomic_store(&mappings[i].torn, 0);
        atomic_store(&mappings[i].start, (uintptr_t)start);
        atomic_store(&mappings[i].end, (uintptr_t)start + size);
        return i;
    }
    return -1;
}

int selvage_is_torn(int number) { return number >= 0 && atomic_load(&mappings[number].torn); }

void selvage_unwatch(int number) {
    if (number < 0) return;
    atomic_store(&mappings[number].end, 0);
    atomic_store(&mappings[number].taken, 0);
}

int selvage_hold(void *start, size_t size) {
    if (!size) return 1;
    const uintptr_t whole = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t first = (uintptr_t)start / whole * whole;
    const size_t length = ((uintptr_t)start + size - first + whole - 1) / whole * whole;
    void *own = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (own == MAP_FAILED) return 0;
    memcpy(own, (const void *)first, length);
    mprotect(own, length, PROT_READ);
    if (mremap(own, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)first) == MAP_FAILED) {
        munmap(own, length);
        return 0;
    }
    return 1;
}

void selvage_give_room_back(int file, long start, long size) {
    (void)fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, size);
}
