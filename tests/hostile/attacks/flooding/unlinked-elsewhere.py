"""Fills files that have no name any more, and that only a process without memory holds open.

Seen: facts facts any
Signs: os.fork
"""
import ctypes
import mmap
import os
import signal
import struct
import time

CODE = (  # x86-64: clone a thread, which pauses; clone a process into the same memory, which unmaps it; exit
    "4989fc4989f5b838000000bf000f05004c89e631d24531d24531c00f0585"
    "c07424b838000000bf110100004c89ee31d24531d24531c00f0585c07412"
    "b83c00000031ff0f05b8220000000f05ebf7b8230000004889e731f60f05"
    "b80b00000031ff48be00f0ffffff7f00000f05f4"
)


def lose_memory():
    """Become a process whose first thread has ended, whose other waits in the kernel, and that has no memory."""
    if os.uname().machine != "x86_64":
        time.sleep(60)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    memory = mmap.mmap(-1, 16384, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    memory[: len(CODE) // 2] = bytes.fromhex(CODE)
    memory[8192:8208] = struct.pack("qq", 0, 5_000_000)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(start)(start + 8000, start + 8192)


def act(number):
    if number == 3:
        names = [f"file{count}" for count in range(40)]
        kept = [open(name, "wb", buffering=0) for name in names]
        if os.fork() == 0:
            lose_memory()
        time.sleep(0.5)
        for file in kept:
            os.unlink(file.name)
            try:
                for _ in range(3):
                    file.write(b"x" * 10_000_000)
            except OSError:
                continue
            file.close()
        time.sleep(2)
    return "nothing"
