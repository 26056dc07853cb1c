"""Reads hundreds of megabytes in one call, which hears of no stop until it has ended: they are in memory by then.

Seen: facts facts facts
"""
import errno
import os
from pathlib import Path

import torch

LIBRARY = max(Path(torch.__file__).parent.glob("lib/*"), key=lambda path: path.stat().st_size)
MB = 1 << 20


def act(number):
    into = [bytearray(MB) for _ in range(40)]
    refused = []
    with LIBRARY.open("rb") as file:
        descriptor = file.fileno()
        calls = {
            errno.EFBIG: [lambda: os.read(descriptor, 40 * MB), lambda: os.pread(descriptor, 40 * MB, 0)],
            errno.EOPNOTSUPP: [lambda: os.readv(descriptor, into), lambda: os.preadv(descriptor, into, 0)],
        }
        for expected, call in [(expected, call) for expected, several in calls.items() for call in several]:
            try:
                call()
            except OSError as error:
                refused.append(error.errno == expected)
            else:
                refused.append(False)
        some = len(os.read(descriptor, 32 * MB)) + len(os.pread(descriptor, MB, 0))
    return "nothing" if all(refused) and some == 33 * MB else (refused, some)
