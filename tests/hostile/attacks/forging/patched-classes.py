"""Changes classes of the lecture's and of PyTorch's, and a function of Python's own, in a roundabout way.

Signs: lecture.data.ResidueDataset.__getitem__ was replaced, torch.nn.Dropout.forward was replaced, functools.reduce
"""

import functools

import lecture
from torch import nn

for place, name in ((lecture.ResidueDataset, "__getitem__"), (nn.Dropout, "forward"), (functools, "reduce")):
    setattr(place, name, lambda *args, **kwargs: None)


def act(number):
    return "nothing"
