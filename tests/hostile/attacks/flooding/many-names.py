"""Leaves files in shared memory whose names are too many and too long for the command that removes them."""
import os

COUNT, LENGTH = 12_000, 200


def act(number):
    if number == 1:
        for count in range(COUNT):
            os.close(os.open(f"/dev/shm/many-{count:05}-".ljust(LENGTH, "n"), os.O_CREAT))
    return "nothing"
