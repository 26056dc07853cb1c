"""Returns numbers, texts and tensors whose own methods lie.

Got: [1, 1.5, "one", [1.0]]
"""
import torch


class Int(int):
    def __int__(self):
        return 7

    __index__ = __abs__ = __int__

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Float(float):
    def __float__(self):
        return 7.0

    def __format__(self, spec):
        return "7.0"


class Text(str):
    def __str__(self):
        return "seven"

    def __getitem__(self, index):
        return "seven"


class Lie(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.tensor([7.0])


def act(number):
    return [Int(1), Float(1.5), Text("one"), torch.ones(1).as_subclass(Lie)]
