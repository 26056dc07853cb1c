"""Inside the box: how the worker processes of a student's DataLoader start, and hand on their tensors."""

from __future__ import annotations

from multiprocessing import context
from multiprocessing.reduction import ForkingPickler


def send_tensors_whole() -> None:
    """Let a loader's worker processes send tensors as they are, and be forked, however they were to be started.

    To share them they would open a connection, and behind Landlock alone none may be opened. And they would send
    descriptors, of which the kernel lets all boxes together have so many under way: a submission that sends some
    and receives none would have the loader in the box beside it fail.
    """
    starts = context._concrete_contexts  # type: ignore[attr-defined]
    starts["spawn"] = starts["forkserver"] = starts["fork"]  # others would not know what follows
    context._default_context._default_context = starts["fork"]  # type: ignore[attr-defined] # another from 3.14 on
    reducers = ForkingPickler._extra_reducers  # type: ignore[attr-defined]
    for kind in [kind for kind in reducers if kind.__module__.partition(".")[0] == "torch"]:
        del reducers[kind]
