"""Doubt: what of an observation may have come from outside the work, say from whoever ran beside it.

It is seen once more, alone, before it counts.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from grader.box.job import Loading, Observation, Seen, all_signs

# What a program raises by itself, on any machine, say for a file that is not there or a module of Colab's. Any
# other error may be the machine's doing, or that of whoever takes of it at the same time: no room, no thread, a
# process that was ended. Libraries say it each in its own words, often as a RuntimeError.
OF_THE_PROGRAM = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, NotImplementedError, RecursionError,
    StopIteration, SyntaxError, TypeError, ValueError, Warning, ModuleNotFoundError, FileNotFoundError,
    FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError, SystemExit, KeyboardInterrupt,
)  # fmt: skip
WITHOUT_NETWORK = ("URLError", "gaierror", "ConnectionError")  # nor is there any at a second look
ERROR = re.compile(r"^<?(\w+(?:Error|Exception))>?$")
CUT_SHORT = ("timeout", "out-of-memory", "killed")  # loadings of which nothing was seen


def in_doubt(observation: Observation) -> tuple[str, ...] | None:
    """The scenarios to be seen once more, as a job has them: () are all. None where there is no doubt."""
    if loading_is_in_doubt(observation["loading"]):
        return ()
    return tuple(name for name, seen in observation["scenarios"].items() if is_in_doubt(seen)) or None


def merged(first: Observation, second: Observation) -> Observation:
    """A second look in place of what was in doubt at the first, but where it leaves more doubt: what came to its
    end once has, whatever becomes of the machine later. Signs of tampering count from both."""
    worse = doubts_of_loading(second["loading"]) > doubts_of_loading(first["loading"])
    anew = in_doubt(first) == () and not worse
    whole = second.copy() if anew else first.copy()
    names = second["scenarios"] if anew else first["scenarios"] | second["scenarios"]
    looks = [look["scenarios"] for look in ((first, second) if worse else (second, first))]
    whole["scenarios"] = {name: min((look[name] for look in looks if name in look), key=doubts) for name in names}
    whole["signs"] = all_signs(first, second)
    whole["walls"] = second["walls"]  # behind which something was seen last: there may have been none
    return whole


def loading_is_in_doubt(loading: Loading) -> bool:
    """Whether a loading was cut short, or a statement of it raised what may have come from outside."""
    return loading_is_cut_short(loading) or statements_in_doubt(loading) > 0


def statements_in_doubt(loading: Loading) -> int:
    """How many statements of a loading raised what may have come from outside."""
    return sum(may_be_from_outside(item["error"]) for item in loading["skipped"])


def loading_is_cut_short(loading: Loading) -> bool:
    """Whether a loading did not come to its end."""
    return loading["status"] in CUT_SHORT


def doubts_of_loading(loading: Loading) -> tuple[bool, bool, int]:
    """How much doubt there is of a loading, the weightiest first."""
    return loading_is_cut_short(loading), loading["status"] != "loaded", statements_in_doubt(loading)


def is_in_doubt(seen: Seen) -> bool:
    """Whether a scenario was cut short, met an error that may have come from outside, or took it for an answer."""
    met = [seen["error"]["type"]] if "error" in seen else errors_in(seen.get("facts"))
    return is_cut_short(seen) or any(map(may_be_from_outside, met))


def is_cut_short(seen: Seen) -> bool:
    """Whether a limit ended a scenario, or the death of its process, which may have come from outside."""
    return bool(seen.keys() & {"timeout", "killed"})


def doubts(seen: Seen) -> int:
    """How much doubt there is of a scenario: 0 for none, 2 where it was cut short."""
    return is_in_doubt(seen) + is_cut_short(seen)


def errors_in(value: object) -> Iterator[str]:
    """The classes of errors that stand in facts: "OSError", or "<OSError>" as of what is no fact."""
    if isinstance(value, str):
        yield from ERROR.findall(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            if not isinstance(item, float):  # as nearly all are
                yield from errors_in(item)


def may_be_from_outside(error: str) -> bool:
    """Whether an error of this class may have come from outside; "timeout" is ours, by CPU time."""
    kind = getattr(builtins, error, None)
    by_itself = isinstance(kind, type) and issubclass(kind, OF_THE_PROGRAM)
    return not by_itself and error not in ("timeout", *WITHOUT_NETWORK)
