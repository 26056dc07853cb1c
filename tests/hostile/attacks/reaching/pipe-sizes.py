"""Asks how large a new pipe is: it depends on how many large ones the neighbours of the same user have."""
import fcntl
import os


def act(number):
    made = []
    for command, size in ((1031, 1 << 20), (1032, 0)):
        try:
            made += [told for told in [fcntl.fcntl(os.pipe()[0], command, size)] if told]
        except PermissionError:
            continue
    return made or "nothing"
