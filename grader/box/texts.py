"""Inside the box: the texts of scenarios, made into modules."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

Scenario = Callable[[ModuleType], dict[str, Any]]
MADE: list[str] = []  # the names of the modules that were made in here


def scenarios(name: str, text: str) -> dict[str, Scenario]:
    """The scenarios of one text by name. Its module is made once; a hidden one may import its visible neighbour."""
    module: Any = sys.modules.get(name)
    if module is None or vars(module).get("__text__") != text:
        module = ModuleType(name)
        module.__dict__["__text__"] = text
        sys.modules[name] = module
        exec(compile(text, f"<{name}>", "exec"), vars(module))
        MADE.append(name)
    return dict(module.SCENARIOS)


def modules() -> dict[str, object]:
    """The modules of scenarios that are there now; not looked for among all, which are many (`imported`)."""
    return {name: sys.modules[name] for name in MADE if name in sys.modules}
