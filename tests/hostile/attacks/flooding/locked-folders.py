"""Leaves files in folders that nobody may look into.

Got: nothing
"""
import os


def act(number):
    for place in (".", "/dev/shm"):
        folder = f"{place}/{number}"
        os.mkdir(folder, 0o300)
        with open(f"{folder}/word", "w") as file:
            file.write("hidden inputs")
    return "nothing"
