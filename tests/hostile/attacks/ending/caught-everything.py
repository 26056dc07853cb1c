"""Loops and catches whatever is to stop it.

Seen: facts timeout facts
"""


def act(number):
    while number == 2:
        try:
            while True:
                pass
        except BaseException:
            continue
    return "nothing"
