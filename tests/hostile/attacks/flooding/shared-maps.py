"""Maps memory that it shares with itself, touches it and lets it go: it is full still, and no process has it."""
import mmap


def anonymous():
    return mmap.mmap(-1, 1 << 20)


def of_zeros():
    with open("/dev/zero", "r+b", buffering=0) as zeros:
        return mmap.mmap(zeros.fileno(), 1 << 20)


def act(number):
    made = []
    for way in (anonymous, of_zeros):
        try:
            way().close()
            made.append(way.__name__)
        except (OSError, ValueError):
            continue
    with open("/dev/null", "r+b", buffering=0) as null:
        null.write(b"word")
    return made or "nothing"
