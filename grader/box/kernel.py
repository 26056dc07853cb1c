"""The few calls to the Linux kernel that the box needs and Python 3.11 does not offer."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from pathlib import Path
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
MADV_COLLAPSE, LARGE_PAGE = 25, 2 << 20
PR_SET_CHILD_SUBREAPER, PR_SET_THP_DISABLE, SECCOMP_MODE_FILTER = 36, 41, 2
PR_SET_TIMERSLACK, PR_SET_MEMORY_MERGE, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 29, 67, 47, 4
TIMER_SLACK = 50_000  # nanoseconds, as any process has it
CAPABILITY_VERSION_3 = 0x20080522
PROCESS_MRELEASE = 448  # on every kind of machine

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> None:
    """Call a function of the C library that returns 0; OSError names the function if it does not."""
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(namespaces: int) -> None:
    """Leave the given namespaces for new ones; of the process ids, only children enter the new one."""
    call("unshare", namespaces)


def new_user() -> None:
    """Enter a user namespace of one's own, in which only one's own user and group exist."""
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def adopt_orphans() -> None:
    """Become the parent of all further descendants whose parent ends."""
    call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def free_memory(pid: int) -> None:
    """Free what a process holds that was told to end, whatever it is at: in a call of the kernel's it may hear of
    its end late. A kernel before Linux 5.15 leaves it to that. OSError if it has gone, or cannot be held."""
    process = os.pidfd_open(pid)
    libc.syscall(PROCESS_MRELEASE, process, 0)  # of one that was not told to, it frees nothing
    os.close(process)


def let_go_of_orphans() -> None:
    """Wait for those that this process has adopted and that have ended, without knowing how."""
    while libc.waitpid(-1, None, os.WNOHANG) > 0:
        pass


def have_small_pages() -> None:
    """Have this process, and all that come from it, get memory in small pages only."""
    call("prctl", PR_SET_THP_DISABLE, 1, 0, 0, 0)


def become(user: int) -> None:
    """Give up root for an unprivileged user and its group, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # or /proc/self would be root's


def mount(kind: str, where: str, options: str = "") -> None:
    """Mount a fresh file system: "proc", or a "tmpfs" with options such as its size."""
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    call("mount", kind.encode(), where.encode(), kind.encode(), flags, options.encode())


def keep_from_writing(where: str) -> None:
    """Mount what is mounted somewhere read-only, in a namespace of one's own."""
    unshare(CLONE_NEWNS)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY | MS_REMOUNT | MS_BIND
    call("mount", None, where.encode(), None, flags, None)


def fork_into_new_pids(own: int) -> int:
    """Fork; the child is process 1 of a new process-id namespace. `own` is a descriptor of the caller's."""
    unshare(CLONE_NEWPID)
    pid = os.fork()
    if pid:
        call("setns", own, CLONE_NEWPID)
    return pid


def wait_for(pid: int, told: socket.socket) -> None:
    """Wait for a child that has ended, and tell how it did, in the kernel's four bytes, without knowing it."""
    status = ctypes.c_int()
    if libc.waitpid(pid, ctypes.byref(status), 0) != pid:
        raise OSError(ctypes.get_errno(), "waitpid")
    told.send(status)
    ctypes.memset(ctypes.byref(status), 0, ctypes.sizeof(status))


def gather_pages() -> None:
    """Move the memory that this process alone holds into large pages, where the kernel can (Linux 6.1): a fork, and
    its end, then go through one entry of the kernel's tables in place of 512."""
    for row in Path("/proc/self/maps").read_bytes().split(b"\n"):
        place, rights, *rest = row.split(maxsplit=5) if row else [b"", b""]
        if rights == b"rw-p" and rest[3:] in ([], [b"[heap]"]):
            start, end = (int(number, 16) for number in place.split(b"-"))
            first, beyond = -(-start // LARGE_PAGE) * LARGE_PAGE, end // LARGE_PAGE * LARGE_PAGE
            if first < beyond:  # a kernel that cannot, or has none left, refuses: all is as it was
                libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(beyond - first), MADV_COLLAPSE)


class FilterProgram(ctypes.Structure):
    """`struct sock_fprog`: a program of 8-byte instructions."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_syscalls(program: bytes) -> None:
    """Put up a compiled system-call filter, for good, for this process and all that come from it."""
    filter_program = FilterProgram(len(program) // 8, program)
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_program), 0, 0)


def take_settings_back() -> None:
    """Take back what whoever started this may have set for all that comes from it: signals that it does not hear,
    timers that come late, pages in common with every process that holds the same."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    call("prctl", PR_SET_TIMERSLACK, TIMER_SLACK, 0, 0, 0)
    libc.prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0)  # a kernel that cannot has never set it


def leave_no_rights() -> None:
    """Leave no capability to what is started from here: bubblewrap would refuse to stand with one of an ordinary
    user's, as a service may have some."""
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)  # an older kernel has none


def drop_privileges() -> None:
    """Give up every capability, and the way to get one back through a set-user-id program."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
