"""Returns a mapping without an end.

Seen: killed killed killed
"""
import itertools
from collections.abc import Mapping


class Endless(Mapping):
    def __getitem__(self, key):
        return 1

    def __iter__(self):
        return iter(itertools.count())

    def __len__(self):
        return 1


def act(number):
    return Endless()
