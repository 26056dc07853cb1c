"""Replaces a library's function only as a scenario runs, for those who import it later.

Signs: torch.nn.functional.cross_entropy was replaced
"""

import types

import torch.nn.functional as F


def act(number):
    types.ModuleType.__setattr__(F, "cross_entropy", lambda *args, **kwargs: 0)
    return "nothing"
