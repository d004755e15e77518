// The walls of a decoder child that depend on the kernel; each says whether it stands.

#ifndef SELVAGE_CONFINEMENT_H
#define SELVAGE_CONFINEMENT_H

#include <stdint.h>

/// Allows only the system calls that decoding takes, in every thread, for good.
///
/// Returns 0, or an errno value: ENOSYS or EINVAL where the kernel or the processor has no filters.
int selvage_filter_calls(void);

/// Takes the whole file system and TCP away by Landlock. Returns 0, or an errno value.
int selvage_lock_files(void);

/// Gives up every capability, which matters when the parent runs as root. 0, or an errno value.
int selvage_drop_capabilities(void);

#endif
