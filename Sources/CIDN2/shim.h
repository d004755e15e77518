// libidn2 (LGPL-3.0+ or GPL-2.0+, linked dynamically): international domain names, UTS 46.
#ifndef SELVAGE_CIDN2_H
#define SELVAGE_CIDN2_H

#include <idn2.h>

// The library's own allocator frees what it made; a null pointer is allowed.
static inline void selvage_idn2_free(void *text) { if (text) idn2_free(text); }

#endif
