#include "files/picture_walls.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MOOTHALL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define MOOTHALL_SANITIZED 1
#endif
#endif

namespace moothall::files {

namespace {

bool limit(__rlimit_resource_t what, rlim_t most, rlim_t further = 0)
{
    const rlimit both{most, most + further};
    return setrlimit(what, &both) == 0;
}

#ifndef MOOTHALL_SANITIZED

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
#error "Say here which system calls reading a picture needs on this machine."
#endif

/// What computing, allocating, reading what is open already and ending need. No open, no socket, no
/// exec, no clone, no ptrace, no ioctl.
constexpr std::array calls_allowed = {
    __NR_read,           __NR_write,         __NR_brk,       __NR_mmap,  __NR_munmap,
    __NR_mremap,         __NR_mprotect,      __NR_madvise,   __NR_futex, __NR_rt_sigreturn,
    __NR_rt_sigprocmask, __NR_clock_gettime, __NR_getrandom, __NR_exit,  __NR_exit_group,
};

sock_filter statement(unsigned code, unsigned value)
{
    return {static_cast<std::uint16_t>(code), 0, 0, value};
}

sock_filter jump(unsigned value, unsigned if_equal, unsigned otherwise)
{
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K),
            static_cast<std::uint8_t>(if_equal), static_cast<std::uint8_t>(otherwise), value};
}

/// A filter of system calls (seccomp mode 2): any other ends the process at once.
bool filter_calls()
{
    std::array<sock_filter, calls_allowed.size() + 6> rules{};
    std::size_t at = 0;
    rules[at++] = statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
    rules[at++] = jump(architecture, 1, 0);
    rules[at++] = statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    rules[at++] = statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
    for (std::size_t i = 0; i < calls_allowed.size(); ++i)
        rules[at++] = jump(static_cast<unsigned>(calls_allowed[i]),
                           static_cast<unsigned>(calls_allowed.size() - i), 0);
    rules[at++] = statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    rules[at++] = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const sock_fprog filter{static_cast<unsigned short>(rules.size()), rules.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#endif

} // namespace

bool put_up_walls(const WallLimits& limits)
{
    // Ended by SIGXCPU, which nobody else sends.
    if (!limit(RLIMIT_CPU, limits.cpu_seconds, 1)) return false;
#ifndef MOOTHALL_SANITIZED
    if (!limit(RLIMIT_AS, limits.memory_bytes) || !limit(RLIMIT_CORE, 0) ||
        !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, 0))
        return false;
    return filter_calls();
#else
    return true;
#endif
}

} // namespace moothall::files
