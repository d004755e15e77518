// Landlock and capabilities: the walls of a decoder child that stand beside the system call filter.

#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// The structure of the newest kernel that we know; an older one is given the part that it knows.
typedef struct {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
} ruleset;

/// Every right on files that a version of Landlock knows (Documentation/userspace-api/landlock.rst).
static uint64_t file_rights(long version) {
    int count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    return ((uint64_t)1 << count) - 1;
}

int selvage_lock_files(void) {
#if defined(SYS_landlock_create_ruleset) && defined(SYS_landlock_restrict_self)
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    if (version < 0) return errno;
    // No rule follows, so nothing of what is named here stays allowed.
    ruleset handled = {file_rights(version), version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    long rules = syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (rules < 0) return errno;
    int failure = syscall(SYS_landlock_restrict_self, rules, 0) ? errno : 0;
    close((int)rules);
    return failure;
#else
    return ENOSYS;
#endif
}

int selvage_drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none) ? errno : 0;
}
