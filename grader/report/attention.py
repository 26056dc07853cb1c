"""Why a teacher may want to look at a student's work: one line each, from what was seen and how it was judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.judge import Verdict
from grader.record import Record, is_in_doubt, suspicions
from grader.submission.names import numbers

BROKEN = ("refused", "import-error", "timeout", "out-of-memory", "killed")
SIGNS = 3  # of one exercise; all of them stand on the student's own page


def reasons(records: Mapping[str, Record], verdicts: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """The reasons, by exercise; empty for most students."""
    of_each = [f"{name}: {why}" for name, kept in records.items() for why in of_exercise(kept, verdicts[name])]
    earning = {name for name, own in verdicts.items() if any(verdict.earned for verdict in own)}
    return [*of_each, *overlooked(records, earning)]


def overlooked(records: Mapping[str, Record], earning: Collection[str]) -> Iterator[str]:
    """What may be the work where nothing earns a point; beside work that was read, scripts are its modules."""
    empty = {name: kept for name, kept in records.items() if name not in earning}
    read = {kept["file"] for kept in records.values()}
    written = [kept["file"] for name, kept in records.items() if name not in empty]
    homes = [path.rpartition("/")[0] for path in written if path]
    unread: dict[tuple[str, ...], list[str]] = {}  # the exercises that each of these files may be of
    for name, kept in empty.items():
        left = [path for path in kept["unplaced"] if path not in read]
        own = [path for path in left if numbers(path) or not is_module(path, homes)]
        unread.setdefault(tuple(own[:3]), []).append(name)
    for paths, names in unread.items():
        if paths:
            yield f"{', '.join(names)}: nothing that earns a point was found, and nobody read {', '.join(paths)}"


def is_module(path: str, homes: Sequence[str]) -> bool:
    """Whether a script may be a module of work that was read: it lies in its folder, or below."""
    return path.endswith(".py") and any(not home or path.startswith(f"{home}/") for home in homes)


def of_exercise(kept: Record, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The reasons in one exercise."""
    if kept["status"] in BROKEN:
        yield f"{kept['status']}. {kept['reason']}"
    for status, what in (("timeout", "was stopped by the time limit in"), ("killed", "died in")):
        if rows := [verdict.check.id for verdict in verdicts if verdict.status == status]:
            yield f"the code {what} {', '.join(rows)}"
    if kept["tries"] > 1 and not is_in_doubt(kept):
        yield "a part of the code was cut short, or met an error; tried once more alone, it came to its end"
    signs = suspicions(kept)
    yield from (f"a sign of tampering, {sign}" for sign in signs[:SIGNS])
    if len(signs) > SIGNS:
        yield f"{len(signs) - SIGNS} more signs of tampering"
