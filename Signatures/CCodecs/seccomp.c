// The system calls a decoder child keeps: memory, its one socket, time, and its own end.

#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifndef OUR_ARCHITECTURE
int selvage_filter_calls(void) { return ENOSYS; }
#else

static const int allowed[] = {
    // The channel to the parent, and the shared memory, which are open already.
    SYS_read, SYS_write, SYS_close, SYS_lseek, SYS_fstat, SYS_ppoll,
    // Memory; mmap and mprotect are in `allowed_when`.
    SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk,
    // Threads that exist already, signals, the end.
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_set_robust_list, SYS_membarrier,
    SYS_getpid, SYS_gettid, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_restart_syscall, SYS_exit, SYS_exit_group,
    // Time and what was used; the processor limit of a picture.
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
    SYS_getrusage, SYS_setitimer, SYS_getrandom, SYS_sysinfo,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef __x86_64__
    SYS_poll, SYS_time, SYS_getrlimit,
#endif
};

// Calls that no codec makes, not even by accident: whoever makes one is in foreign hands.
static const int fatal[] = {
    SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kill,
    SYS_tkill, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key,
    SYS_init_module, SYS_finit_module, SYS_kexec_load, SYS_open_by_handle_at, SYS_memfd_create,
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup,
#endif
#ifdef SYS_pidfd_open
    SYS_pidfd_open,
#endif
#ifdef __x86_64__
    SYS_fork, SYS_vfork,
#endif
};

/// A call that is allowed when an argument's low 32 bits, masked, have a value.
typedef struct {
    int number;
    unsigned argument;
    uint32_t mask;
    uint32_t value;
} condition;

enum { LONGEST = 256 };

typedef struct {
    struct sock_filter steps[LONGEST];
    unsigned short count;
} program;

static void add(program *filter, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
    if (filter->count < LONGEST)
        filter->steps[filter->count++] = (struct sock_filter){code, yes, no, value};
}

static void answer(program *filter, uint32_t action) {
    add(filter, BPF_RET | BPF_K, action, 0, 0);
}

static void load(program *filter, size_t offset) {
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/// Calls of a list get an action; the number is loaded and stays so.
static void add_list(program *filter, const int *numbers, size_t count, uint32_t action) {
    for (size_t index = 0; index < count; index++) {
        add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[index], 0, 1);
        answer(filter, action);
    }
}

static void add_condition(program *filter, const condition *rule) {
    // Both architectures are little-endian, so the low half of an argument comes first.
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->number, 0, 5);
    load(filter, offsetof(struct seccomp_data, args) + 8 * rule->argument);
    add(filter, BPF_ALU | BPF_AND | BPF_K, rule->mask, 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, rule->value, 0, 1);
    answer(filter, SECCOMP_RET_ALLOW);
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

static void write_program(program *filter) {
    const condition allowed_when[] = {
        // No memory is ever made executable, and only descriptor 0 is spoken through.
        {SYS_mmap, 2, PROT_EXEC, 0},
        {SYS_mprotect, 2, PROT_EXEC, 0},
        {SYS_recvfrom, 0, ~0u, 0},
        {SYS_sendto, 0, ~0u, 0},
        // Its own limits and its own abort, not another's.
        {SYS_prlimit64, 0, ~0u, 0},
        {SYS_tgkill, 0, ~0u, (uint32_t)getpid()},
    };
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
    answer(filter, SECCOMP_RET_KILL_PROCESS);
    load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The x32 interface has the same calls under other numbers.
    add(filter, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(filter, SECCOMP_RET_KILL_PROCESS);
#endif
    add_list(filter, allowed, sizeof allowed / sizeof *allowed, SECCOMP_RET_ALLOW);
    for (size_t index = 0; index < sizeof allowed_when / sizeof *allowed_when; index++)
        add_condition(filter, &allowed_when[index]);
    add_list(filter, fatal, sizeof fatal / sizeof *fatal, SECCOMP_RET_KILL_PROCESS);
#ifdef SYS_clone3
    // The C library then falls back to clone, which is refused like all the rest.
    const int unknown[] = {SYS_clone3};
    add_list(filter, unknown, 1, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    // A library that looks for a file it can do without is told that it may not.
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

int selvage_filter_calls(void) {
    program filter = {.count = 0};
    write_program(&filter);
    if (filter.count == LONGEST) return E2BIG;
    struct sock_fprog whole = {filter.count, filter.steps};
    // Every thread of the process at once, also those that a library has started.
    long outcome = syscall(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &whole);
    // A positive answer is the thread that could not be brought under the filter.
    return outcome > 0 ? EBUSY : outcome < 0 ? errno : 0;
}

#endif
