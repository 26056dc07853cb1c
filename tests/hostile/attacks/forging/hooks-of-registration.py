"""Hooks into every module that is put into another, without a name that would tell it, and leaves the hook.

Signs: torch.nn.modules.module._global_module_registration_hooks was replaced
"""

from torch.nn import modules

for name, registry in vars(modules.module).items():
    if name.endswith("module_registration_hooks"):
        registry[0] = lambda module, name, child: None


def act(number):
    return "nothing"
