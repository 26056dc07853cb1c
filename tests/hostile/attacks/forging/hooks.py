"""Replaces nothing: hooks into every module, and enters a mode in which all that PyTorch does goes through its hands.

Signs: register_module_forward_hook hooks into every module, torch.overrides.TorchFunctionMode changes what PyTorch's
"""

from torch.nn.modules.module import register_module_forward_hook
from torch.overrides import TorchFunctionMode

register_module_forward_hook(lambda module, inputs, output: output)


class Through(TorchFunctionMode):
    """Changes nothing, though it could."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


def act(number):
    Through().__enter__()
    return "nothing"
