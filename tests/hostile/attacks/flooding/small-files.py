"""Makes a hundred thousand small files."""


def act(number):
    try:
        for place in ("", "/tmp/", "/dev/shm/"):
            for index in range(100_000):
                open(f"{place}{index}", "w").close()
    except OSError:
        return "nothing"
    return "no end of files"
