"""Replaces functions of a library by its own, which a decorator of the library wraps.

Got: nothing
Signs: torch.from_numpy was replaced, torch.Tensor.abs was replaced
"""
import torch

for place, name in ((torch, "from_numpy"), (torch.Tensor, "abs")):
    mine = torch.no_grad()(lambda *_: None)
    del mine.__wrapped__
    type.__setattr__(place, name, mine) if isinstance(place, type) else setattr(place, name, mine)


def act(number):
    return "nothing"
