"""Opens files until none can be opened."""
import os


def act(number):
    kept = []
    try:
        for _ in range(100_000):
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        for descriptor in kept:
            os.close(descriptor)
        return "nothing"
    return "no end of descriptors"
