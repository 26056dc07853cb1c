"""Holds memory in processes that fork every few milliseconds and end, so that those that were listed have gone before
anybody looks at what they hold; two others, in many pieces, make looking take its time.

Seen: facts killed facts
Signs: subprocess
"""
import subprocess
import sys
import time

SLOW = r'''
import ctypes, mmap, time
pieces = 60_000
held = mmap.mmap(-1, 4096 * pieces, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
start = ctypes.addressof(ctypes.c_char.from_buffer(held))
for piece in range(0, pieces, 2):
    ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + 4096 * piece), 4096, mmap.PROT_READ)
time.sleep(20)
'''
HOP = r'''
import ctypes, mmap, os, signal, time
SUBREAPER, HUGE_PAGES = 36, 14
ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork():
    time.sleep(20)
    os._exit(0)
size, step, full = 420 << 20, 12 << 20, 0
held = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
held.madvise(HUGE_PAGES)
end = time.monotonic() + 20
while time.monotonic() < end:
    if os.fork():
        os._exit(0)
    part = min(step, size - full)
    held[full : full + part] = b"x" * part
    full += part
    time.sleep(0.01)
'''


def act(number):
    if number == 2:
        run = [sys.executable, "-I", "-S", "-c"]
        kept = [subprocess.Popen([*run, SLOW]) for _ in range(2)]
        time.sleep(1)
        kept += [subprocess.Popen([*run, HOP]) for _ in range(8)]
        time.sleep(20)
    return "nothing"
