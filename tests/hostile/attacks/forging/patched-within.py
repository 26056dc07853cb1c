"""Replaces not a library's function but the module by which one of PyTorch's layers finds its functions.

Signs: torch.nn.modules.dropout.F was replaced
"""

from types import ModuleType, SimpleNamespace

from torch.nn.modules import dropout

ModuleType.__setattr__(dropout, "F", SimpleNamespace(dropout=lambda values, *_: values))


def act(number):
    return "nothing"
