// What a decoder child gives up before it reads a byte of a foreign image.

#define _GNU_SOURCE
#include "include/CDecoderChild.h"

#include "confinement.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static int limit(int resource, rlim_t value) {
    struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both) ? errno : 0;
}

// Capabilities and new privileges first: a filter may only be set by one who can gain none.
int selvage_confine(uint32_t *walls) {
    *walls = 0;
    int failure = selvage_drop_capabilities();
    if (failure) return failure;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
    if (prctl(PR_SET_DUMPABLE, 0)) return errno;
    if (close_range(4, ~0u, 0)) return errno;
    // A kernel without one of the two walls still has the other, and the limits.
    if (selvage_lock_files() == 0) *walls |= SELVAGE_FILES_LOCKED;
    failure = limit(RLIMIT_CORE, 0);
    if (!failure) failure = limit(RLIMIT_FSIZE, 0);
    // Descriptors 0 to 3 are taken, so neither a file nor a socket can be opened any more.
    if (!failure) failure = limit(RLIMIT_NOFILE, 4);
    if (!failure && selvage_filter_calls() == 0) *walls |= SELVAGE_CALLS_FILTERED;
    return failure;
}

int selvage_limit_memory(size_t bytes, size_t shared) {
    int failure = limit(RLIMIT_DATA, bytes);
    // Libraries and the shared memory take address space too, but no private memory.
    return failure ? failure : limit(RLIMIT_AS, bytes + shared + ((size_t)1 << 30));
}

// A timer, because the kernel's limit counts whole seconds and from the start of the process.
int selvage_limit_processor(unsigned milliseconds) {
    struct itimerval once = {
        {0, 0}, {(time_t)(milliseconds / 1000), (suseconds_t)(milliseconds % 1000) * 1000}};
    return setitimer(ITIMER_PROF, &once, NULL) ? errno : 0;
}

void *selvage_shared_memory(size_t *size) {
    struct stat about;
    if (fstat(3, &about) || about.st_size <= 0) return NULL;
    void *memory = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
    if (memory == MAP_FAILED) return NULL;
    *size = (size_t)about.st_size;
    return memory;
}
