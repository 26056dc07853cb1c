"""Another activation."""

from torch.nn import Tanh as Activation  # noqa: F401
