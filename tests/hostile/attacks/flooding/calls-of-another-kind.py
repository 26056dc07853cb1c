"""Makes a call as a 32-bit program does: a thread that is ended for it leaves a line in the machine's log."""
import ctypes
import mmap
import platform

GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # the 20th call of 32 bits
NO_SUCH_CALL = -38


def act(number):
    if platform.machine() != "x86_64":
        return "nothing"
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    code.write(GETPID)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return "nothing" if call() == NO_SUCH_CALL else "answered"
