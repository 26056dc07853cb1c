"""Makes namespaces of its own, to be root in them.

Signs: ctypes
"""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def act(number):
    made = [hex(flag) for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000) if libc.unshare(flag) == 0]
    if libc.mount(b"proc", b"/tmp", b"proc", 0, None) == 0:
        made.append("mount")
    if libc.umount2(b"/proc", 2) == 0:
        made.append("umount")
    return made or "nothing"
