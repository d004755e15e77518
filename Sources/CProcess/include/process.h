// What Swift's Glibc module leaves out: the settings of glibc's heap, and the list of what is loaded.

#ifndef SELVAGE_PROCESS_H
#define SELVAGE_PROCESS_H

#include <malloc.h>

/// Takes all code out of this process's memory; what is needed comes back from its file when it runs.
///
/// Nothing is lost but what a debugger put into the code.
void selvage_give_back_code(void);

#endif
