// What a decoder child gives up before it reads a byte of a foreign image.

#define _GNU_SOURCE
#include "include/CDecoderChild.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int limit(int resource, rlim_t value) {
    struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both) ? errno : 0;
}

int selvage_confine(void) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
    if (prctl(PR_SET_DUMPABLE, 0)) return errno;
    if (close_range(4, ~0u, 0)) return errno;
    int failure = limit(RLIMIT_CORE, 0);
    if (!failure) failure = limit(RLIMIT_FSIZE, 0);
    // Descriptors 0 to 3 are taken, so neither a file nor a socket can be opened any more.
    if (!failure) failure = limit(RLIMIT_NOFILE, 4);
    return failure;
}

int selvage_limit_memory(size_t bytes, size_t shared) {
    int failure = limit(RLIMIT_DATA, bytes);
    // Libraries and the shared memory take address space too, but no private memory.
    return failure ? failure : limit(RLIMIT_AS, bytes + shared + ((size_t)1 << 30));
}

int selvage_limit_processor(unsigned seconds) {
    struct rusage used;
    struct rlimit now;
    if (getrusage(RUSAGE_SELF, &used) || getrlimit(RLIMIT_CPU, &now)) return errno;
    now.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + seconds;
    return setrlimit(RLIMIT_CPU, &now) ? errno : 0;
}

void *selvage_shared_memory(size_t *size) {
    struct stat about;
    if (fstat(3, &about) || about.st_size <= 0) return NULL;
    void *memory = mmap(NULL, (size_t)about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
    if (memory == MAP_FAILED) return NULL;
    *size = (size_t)about.st_size;
    return memory;
}
