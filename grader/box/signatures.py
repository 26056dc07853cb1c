"""Inside the box: which arguments a student's function takes."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

AS_WRITTEN: dict[str, Any] = {}
if sys.version_info >= (3, 14):
    from annotationlib import Format

    AS_WRITTEN |= {"annotation_format": Format.STRING}


def signature(function: Callable[..., Any], *, follow_wrapped: bool = True) -> inspect.Signature:
    """The signature of a function, its annotations as they are written at most.

    From Python 3.14 on they are worked out when somebody asks for them (PEP 649), and only then is a name missing,
    whose import a student took away. TypeError or ValueError where Python knows of no signature.
    """
    return inspect.signature(function, follow_wrapped=follow_wrapped, **AS_WRITTEN)
