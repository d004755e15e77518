// Gives back the pages of code that a process has touched so far.

#define _GNU_SOURCE
#include "process.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/// Gives back the whole pages of one loaded object's segments that can be run and never written.
static int give_back(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    const uintptr_t page = *(const uintptr_t *)context;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        const int is_code = (segment->p_flags & PF_X) && !(segment->p_flags & PF_W);
        if (segment->p_type != PT_LOAD || !is_code) continue;
        const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = (start + page - 1) / page * page;
        const uintptr_t end = (start + segment->p_memsz) / page * page;
        // The kernel's own page of code refuses; there is nothing to gain from it.
        if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}

void selvage_give_back_code(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(give_back, &page);
}
