"""Replaces a method of a library's class only when it is called.

Seen: any any any
Signs: torch.Tensor.abs was replaced as the submission ran
"""
import torch


def act(number):
    type.__setattr__(torch.Tensor, "abs", lambda self: self)
    return "nothing"
