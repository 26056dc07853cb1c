"""Outside the box: the filter that refuses a submission the system calls that no exercise needs.

It is compiled here, where the library finds libseccomp, and put up inside by the kernel alone.
"""

from __future__ import annotations

import errno
import fcntl
import importlib
import importlib.util
import mmap
import os
import resource
import signal
import socket
import stat
import struct
import tempfile
from collections.abc import Mapping
from typing import Any

from grader.box import kernel

# Calls that reach into other processes, make namespaces and mounts, hold memory that no limit counts, leave word
# for a neighbour on a file that both may read (a lock, a change, what of it is in the page cache: only how long
# reading takes is left to tell), take up or hold up what a machine has once (of descriptors sent from process to
# process all boxes together have so many under way, and so many watches of epoll are a user's), tell how full any
# file system is, a neighbour's too, or open parts of the kernel that no exercise needs.
REFUSED = """
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease
    unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
    memfd_create memfd_secret mq_open mq_unlink sysinfo
    shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
    landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp
    add_key request_key keyctl bpf userfaultfd perf_event_open io_uring_setup io_uring_enter io_uring_register
    name_to_handle_at open_by_handle_at fanotify_init vmsplice personality quotactl quotactl_fd acct syslog
    ustat sysfs _sysctl epoll_create epoll_create1 timer_create
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname iopl ioperm modify_ldt
    sched_setscheduler sched_setparam sched_setattr ioprio_set
    sendmsg sendmmsg
    inotify_init inotify_init1 readahead mincore move_pages migrate_pages io_setup sync syncfs
    mbind set_mempolicy get_mempolicy set_mempolicy_home_node
"""
# Behind Landlock alone all files of the machine are in sight by name, and it governs neither a word to anybody's
# socket file nor waiting for one under a name that the machine's other programs may look for. Of a second name for
# a file of others a machine that audits keeps each refusal, in a log that would fill; and whoever has a lease on a
# file hears that it is to be cut short, before that is refused.
REFUSED_UNGOVERNED = "connect bind listen accept accept4 link linkat truncate"
# Files grow on a disk that is everybody's, and no faster than bytes can be written: the C library writes them.
AT_ONCE_UNGOVERNED = "fallocate"
# Pages that go from a file to a pipe and on to a socket stay in memory as long as that does not read them, whatever
# becomes of the file, and count for nobody. Who copies so goes another way where there is none, or no socket.
MOVES, SENDS = "splice tee", "sendfile"
# A copy may share the blocks of a file, which is marked for that, for good. Who copies so goes another way where it
# would be from disk to disk.
SHARES = "copy_file_range"
# Their flags lie in memory, where a filter cannot look: one makes namespaces, the other tells whether a name was
# asked for before. The C library does without them.
FLAGS_IN_MEMORY = "clone3 openat2"
# Notes on files, which whoever grades may have on any that is in sight by name.
NOTES = "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr"
# These change nothing, and say that they did: who copies a file would rather not hear of it. The times of the
# machine's devices, which all may set, would be a slate for every submission; the others are in reach there alone.
# A lock would be word for a neighbour, and of one's own files there is nobody else to lock. Workers of a loader may
# be told to use all processors, or to make way for others. A session of one's own may be a share of the processors:
# a hundred of them leave whoever looks at them next to none.
PRETENDED = "utime utimes futimesat utimensat flock fadvise64 sched_setaffinity setpriority setsid"
PRETENDED_UNGOVERNED = "chmod fchmod fchmodat chown fchown lchown fchownat"
# The first of the calls that the filter's library may know no name of: some of them do what is refused above.
# Every kernel numbers them alike, and every program goes another way where there are none.
NEWER = 451
# A signal that wakes a process that stands still: who sends it, by the place of the signal among the arguments.
SENDERS = {"kill": 1, "tkill": 1, "tgkill": 2, "rt_sigqueueinfo": 1, "rt_tgsigqueueinfo": 2, "pidfd_send_signal": 1}
# Kinds of sockets that send without a connection: behind Landlock alone to anybody's socket file, and everywhere
# what waits in them counts for a sender that may have been closed.
MESSAGES = (socket.SOCK_DGRAM, socket.SOCK_RAW)
NAMESPACES = (
    kernel.CLONE_NEWNS,
    kernel.CLONE_NEWUTS,
    kernel.CLONE_NEWIPC,
    kernel.CLONE_NEWUSER,
    kernel.CLONE_NEWPID,
    kernel.CLONE_NEWNET,
)
CLONE_FS, CLONE_FILES, CLONE_PARENT, CLONE_THREAD = 0x200, 0x400, 0x8000, 0x10000
CLOSE_RANGE_UNSHARE = 2

# Numbers of a socket and of its namespace, which the machine counts on: a slate. And who is at the other end: for
# what is handed on, whoever grades, outside of all walls.
NAMED = (57, 71, socket.SO_PEERCRED, 59, 77)
SETTINGS = (socket.SO_SNDBUF, socket.SO_RCVBUF, socket.SO_PASSCRED)  # how much it holds, and who sent what comes in
# The last setting that is of use. After it come others of these kinds, and filters, which hold memory of the
# kernel's, and of a pool that all of a machine's have in common.
LAST_SETTING = socket.SO_SNDTIMEO
# A process that is not dumpable is out of sight for whoever counts its memory, its files and its sockets; tables of
# futexes (PR_FUTEX_HASH) and filters hold memory of the kernel, and so do huge pages. Who wants a core for itself
# (PR_SCHED_CORE) leaves half of it idle. Who goes before its child is to stay with the guard.
PR_SET_PDEATHSIG, PR_SCHED_CORE, PR_SET_MEMORY_MERGE, PR_FUTEX_HASH = 1, 62, 67, 78  # the third: see MADV_MERGEABLE
CONTROLS = (
    kernel.PR_SET_DUMPABLE,
    kernel.PR_SET_SECCOMP,
    kernel.PR_SET_CHILD_SUBREAPER,
    kernel.PR_SET_THP_DISABLE,
    PR_SCHED_CORE,
    PR_SET_MEMORY_MERGE,
    PR_FUTEX_HASH,
)
SHARED_ANONYMOUS = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
# Memory that is no process's by any count: of the pool that a machine set aside, sent out to swap, or made huge.
MAP_HUGETLB = 0x40000
MADV_COLD, MADV_PAGEOUT, MADV_COLLAPSE = 20, 21, 25
MADV_MERGEABLE = 12  # and memory that is one page with whoever has the same: how long writing takes tells of others
# And memory that is filled at once: who does so hears of no stop until it has ended.
MAP_POPULATE = 0x8000
MADV_POPULATE_READ, MADV_POPULATE_WRITE = 22, 23
ADVICE = (MADV_MERGEABLE, MADV_COLD, MADV_PAGEOUT, MADV_COLLAPSE, MADV_POPULATE_READ, MADV_POPULATE_WRITE)
# Bits of an open's flags, and what they are not to be. Landlock asks for what a descriptor is to do: where that is
# nothing (both bits of O_ACCMODE), all is opened, devices too, and in all boxes whoever has a lease on a file hears
# of it. On an overlay, as a container's root is, and on FUSE, O_TRUNC empties what may only be read, before it is
# refused.
ASKED_FOR_NOTHING = {os.O_ACCMODE: os.O_ACCMODE, os.O_ACCMODE | os.O_TRUNC: os.O_RDONLY | os.O_TRUNC}
# On an overlay a file without a name has its folder copied. Python's `tempfile` takes one with a name then.
NAMELESS = os.O_TMPFILE & ~os.O_DIRECTORY
WITHOUT_A_NAME = {NAMELESS: NAMELESS}
RENAME_WHITEOUT = 4  # leaves a device where the file was
F_GET_SEALS = 1034  # the last command that is of use; after it come hints, which stay with a file as a slate
F_SETSIG = 10
F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032  # how large a new pipe is depends on those of the user's other processes
TERMINALS = (0x5400, 0x54FF)  # the requests of ioctl that ask whether a file is one, and set flags of a descriptor
# The letters of those that file systems hear, and of those that tell of the machine: by sockets its addresses, by
# processes and namespaces who else there is.
OF_FILES, OF_OTHERS = ("f", "v", "X", "\x15", "\x94", "\xf5"), ("\x89", "\x8b", "\xb7", "\xff")
# The signal of a descriptor, as that of a timer of the kernel's, may be the one that wakes who is to stand still.
COMMANDS = dict.fromkeys((fcntl.F_SETLEASE, fcntl.F_NOTIFY, F_SETSIG, F_GETPIPE_SZ), errno.EPERM) | dict.fromkeys(
    (fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW, F_SETPIPE_SZ), 0
)


def compiled(kind: str = "namespaces", gpu: bool = False) -> bytes:
    """The filter as a program for the kernel, for walls of a kind, with or without sight of a GPU; empty if the
    library (of the extra `teacher`) is missing."""
    if importlib.util.find_spec("pyseccomp") is None:
        return b""
    try:
        pyseccomp: Any = importlib.import_module("pyseccomp")
    except (OSError, RuntimeError):  # it is here, and libseccomp is not
        return b""
    refused = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    # calls of a 32-bit program: by the library's default who makes one is ended, which the machine writes down
    refused.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.ERRNO(errno.ENOSYS))
    by_name(refused, pyseccomp, kind == "landlock")
    by_arguments(refused, pyseccomp)
    requests(refused, pyseccomp, gpu)
    opens(refused, pyseccomp, ASKED_FOR_NOTHING)
    devices(refused, pyseccomp)
    if kind == "landlock":
        about_others(refused, pyseccomp)
        opens(refused, pyseccomp, WITHOUT_A_NAME)
    with tempfile.TemporaryFile() as file:
        refused.export_bpf(file)
        file.seek(0)
        return newer() + file.read()


def newer() -> bytes:
    """The beginning of the program: of calls newer than the library, the kernel is to have none."""
    load, jump, answer = (0x20, 0, 0, 0), (0x35, 0, 1, NEWER), (0x06, 0, 0, 0x50000 | errno.ENOSYS)
    return b"".join(struct.pack("HBBI", *instruction) for instruction in (load, jump, answer))


def by_name(refused: Any, pyseccomp: Any, alone: bool) -> None:
    """Refuse whole calls, or pretend them; more behind Landlock alone."""
    answers = {REFUSED: errno.EPERM, MOVES: errno.EINVAL, SENDS: errno.ENOTSOCK, SHARES: errno.EXDEV, PRETENDED: 0}
    answers |= {FLAGS_IN_MEMORY: errno.ENOSYS, NOTES: errno.EOPNOTSUPP}
    if alone:
        answers |= {REFUSED_UNGOVERNED: errno.EPERM, AT_ONCE_UNGOVERNED: errno.EOPNOTSUPP, PRETENDED_UNGOVERNED: 0}
    for name, answer in [(name, answer) for names, answer in answers.items() for name in names.split()]:
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) > 0:  # an older library knows fewer
            refused.add_rule(pyseccomp.ERRNO(answer), name)


def by_arguments(refused: Any, pyseccomp: Any) -> None:
    """Refuse calls with some arguments."""
    for call, sort in [(call, sort) for call in ("socket", "socketpair") for sort in MESSAGES]:
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), call, pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xF, sort))
    for flag in (*NAMESPACES, CLONE_PARENT):
        new = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", new)
    # a thread with descriptors, or a folder to work in, of its own: what it holds, its process does not tell
    for kept in (CLONE_FILES, CLONE_FS):
        own = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD | kept, CLONE_THREAD)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", own)
    unshared = pyseccomp.Arg(2, pyseccomp.MASKED_EQ, CLOSE_RANGE_UNSHARE, CLOSE_RANGE_UNSHARE)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "close_range", unshared)
    # memory that processes share and no file names: what they let go of again still stands in it, and is nobody's
    shared = pyseccomp.Arg(3, pyseccomp.MASKED_EQ, SHARED_ANONYMOUS, SHARED_ANONYMOUS)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "mmap", shared)
    for flag in (MAP_HUGETLB, MAP_POPULATE):
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, flag, flag))
    for advice in ADVICE:
        advised = pyseccomp.Arg(2, pyseccomp.MASKED_EQ, 0xFFFFFFFF, advice)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "madvise", advised)
    # another process's limits: of the same user there may be many, behind Landlock alone, its guard among them
    others = pyseccomp.Arg(0, pyseccomp.NE, 0)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "prlimit64", others)
    # with 0 in place of 1, a crash would start the machine's own program for crashes, outside of all walls
    core = (pyseccomp.MASKED_EQ, 0xFFFFFFFF, resource.RLIMIT_CORE)
    given = pyseccomp.Arg(2, pyseccomp.NE, 0)
    refused.add_rule(pyseccomp.ERRNO(0), "prlimit64", pyseccomp.Arg(1, *core), given)
    refused.add_rule(pyseccomp.ERRNO(0), "setrlimit", pyseccomp.Arg(0, *core))
    # what is read only where it is in memory tells whether it is; Python makes this call for `os.preadv`, too
    flags = pyseccomp.Arg(5, pyseccomp.NE, 0)
    refused.add_rule(pyseccomp.ERRNO(errno.EOPNOTSUPP), "preadv2", flags)
    # one process's end is not to wake another that stands still; PyTorch asks for a signal then, and may believe it
    woken = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFF, signal.SIGCONT)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", woken)
    for call, place in SENDERS.items():
        waking = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, 0xFFFFFFFF, signal.SIGCONT)
        refused.add_rule(pyseccomp.ERRNO(0), call, waking)
    told = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFFFFFFFF, PR_SET_PDEATHSIG)
    refused.add_rule(pyseccomp.ERRNO(0), "prctl", told)
    for option in CONTROLS:
        wanted = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFFFFFFFF, option)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "prctl", wanted)
    level = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, socket.SOL_SOCKET)
    for option in SETTINGS:
        setting = pyseccomp.Arg(2, pyseccomp.MASKED_EQ, 0xFFFFFFFF, option)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "setsockopt", level, setting)
    later = pyseccomp.Arg(2, pyseccomp.GT, LAST_SETTING)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "setsockopt", level, later)
    for option in NAMED:
        numbered = pyseccomp.Arg(2, pyseccomp.MASKED_EQ, 0xFFFFFFFF, option)
        refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "getsockopt", level, numbered)
    for command, answer in COMMANDS.items():
        wanted = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, command)  # the kernel looks at 32 bits
        refused.add_rule(pyseccomp.ERRNO(answer), "fcntl", wanted)
    # multiprocessing uses AF_UNIX; some of the other families are not bound to a network namespace
    families = pyseccomp.Arg(0, pyseccomp.NE, int(socket.AF_UNIX))
    for call in ("socket", "socketpair"):
        refused.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), call, families)


def about_others(refused: Any, pyseccomp: Any) -> None:
    """Refuse to tell of other processes, where a neighbour's have numbers, too: their groups, their sessions, and
    clocks, which are below 0."""
    for call in ("getpgid", "getsid"):
        refused.add_rule(pyseccomp.ERRNO(errno.ESRCH), call, pyseccomp.Arg(0, pyseccomp.NE, 0))
    for call in ("clock_gettime", "clock_getres", "clock_nanosleep"):
        below = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0x80000000, 0x80000000)
        refused.add_rule(pyseccomp.ERRNO(errno.EINVAL), call, below)


def opens(refused: Any, pyseccomp: Any, unasked: Mapping[int, int]) -> None:
    """Refuse to open a file with flags that have these bits so."""
    for call, place in (("open", 1), ("openat", 2)):
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call) > 0:  # not every machine has the first
            for bits, flags in unasked.items():
                opened = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, bits, flags)
                refused.add_rule(pyseccomp.ERRNO(errno.EOPNOTSUPP), call, opened)


def devices(refused: Any, pyseccomp: Any) -> None:
    """Refuse to make devices: of the one that needs no right, the first open has the kernel look for a module."""
    for call, place in (("mknod", 1), ("mknodat", 2)):
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call) > 0:
            for kind in (stat.S_IFCHR, stat.S_IFBLK):
                device = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, stat.S_IFMT(0o177777), kind)
                refused.add_rule(pyseccomp.ERRNO(errno.EPERM), call, device)
    left = pyseccomp.Arg(4, pyseccomp.MASKED_EQ, RENAME_WHITEOUT, RENAME_WHITEOUT)
    refused.add_rule(pyseccomp.ERRNO(errno.EINVAL), "renameat2", left)


def requests(refused: Any, pyseccomp: Any, gpu: bool) -> None:
    """Refuse commands on descriptors: file systems hear some that mark a file for whoever opens it next, the
    teacher's too. The numbers that a GPU's driver hears have no order; where there is none, few are left."""
    hints = pyseccomp.Arg(1, pyseccomp.GT, F_GET_SEALS)
    refused.add_rule(pyseccomp.ERRNO(errno.EPERM), "fcntl", hints)
    first, last = TERMINALS
    others = [pyseccomp.Arg(1, pyseccomp.LT, first), pyseccomp.Arg(1, pyseccomp.GT, last)]
    letters = [pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFF00, ord(letter) << 8) for letter in OF_FILES + OF_OTHERS]
    for wanted in letters if gpu else others:
        refused.add_rule(pyseccomp.ERRNO(errno.EOPNOTSUPP), "ioctl", wanted)
