// What the kernels of this target share: lanes, and a copy of each body for AVX2.

#ifndef SELVAGE_SPECTRA_H
#define SELVAGE_SPECTRA_H

#include "include/CSpectra.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8 };

typedef float lane __attribute__((vector_size(LANES * sizeof(float))));
typedef float loose __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
/// Whether the AVX2 copies can run here.
int selvage_has_avx2(void);
#define DISPATCH(NAME, ...)                                                                        \
    do {                                                                                           \
        if (selvage_has_avx2()) return NAME##_avx2(__VA_ARGS__);                                   \
        return NAME##_portable(__VA_ARGS__);                                                       \
    } while (0)
#else
#define AVX2
#define DISPATCH(NAME, ...) return NAME##_portable(__VA_ARGS__)
#endif

/// Memory for `count` floats, aligned for lanes; released with free.
static inline float *floats(size_t count) {
    return aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
}

#endif
