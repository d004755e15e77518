// libpsl (MIT, linked dynamically): the public suffix list, the system's when it is newer than the built-in one.
#ifndef SELVAGE_CPSL_H
#define SELVAGE_CPSL_H

#include <libpsl.h>

#endif
