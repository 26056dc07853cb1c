"""Why a teacher may want to look at a student's work: one line each, from what was seen and how it was judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.judge import Verdict
from grader.record import NOTHING_WRITTEN, Record, suspicions, was_cut_short

BROKEN = ("refused", "import-error", "timeout", "out-of-memory", "killed")
SIGNS = 3  # of one exercise; all of them stand on the student's own page


def reasons(records: Mapping[str, Record], verdicts: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """The reasons, by exercise; empty for most students."""
    of_each = [f"{name}: {why}" for name, kept in records.items() for why in of_exercise(kept, verdicts[name])]
    return [*of_each, *overlooked(records)]


def overlooked(records: Mapping[str, Record]) -> Iterator[str]:
    """What may be the work where nothing was written; beside work that was read, scripts are its modules."""
    empty = [name for name, kept in records.items() if kept["status"] in NOTHING_WRITTEN]
    read = {kept["file"] for kept in records.values()}
    left = dict.fromkeys(path for kept in records.values() for path in kept["unplaced"] if path not in read)
    if unread := [path for path in left if len(empty) == len(records) or not path.endswith(".py")]:
        yield f"{', '.join(empty)}: nothing written was found, and nobody read {', '.join(unread[:3])}"


def of_exercise(kept: Record, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The reasons in one exercise."""
    if kept["status"] in BROKEN:
        yield f"{kept['status']}. {kept['reason']}"
    for status, what in (("timeout", "was stopped by the time limit in"), ("killed", "died in")):
        if rows := [verdict.check.id for verdict in verdicts if verdict.status == status]:
            yield f"the code {what} {', '.join(rows)}"
    if kept["tries"] > 1 and not was_cut_short(kept):
        yield "a part of the code was cut short; tried once more alone, it came to its end"
    signs = suspicions(kept)
    yield from (f"a sign of tampering, {sign}" for sign in signs[:SIGNS])
    if len(signs) > SIGNS:
        yield f"{len(signs) - SIGNS} more signs of tampering"
