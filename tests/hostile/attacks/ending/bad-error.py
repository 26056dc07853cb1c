"""Raises an error whose text and name do harm.

Seen: error error error
"""


class Bad(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__


Bad.__name__ = "x" * 100_000


def act(number):
    raise Bad
