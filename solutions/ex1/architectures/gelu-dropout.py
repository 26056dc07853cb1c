"""A smooth activation, and dropout after it."""

from torch import nn


class Activation(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.GELU(), nn.Dropout(0.3))
