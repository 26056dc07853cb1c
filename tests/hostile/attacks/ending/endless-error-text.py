"""Raises an error whose text has no end.

Seen: facts timeout facts | facts error facts
"""


class Bad(Exception):
    def __str__(self):
        while True:
            pass


def act(number):
    if number == 2:
        raise Bad
    return "nothing"
