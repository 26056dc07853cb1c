"""The summary at the end of a run: counts, and the students to look at by hand, with why.

It is printed, and stands in `teacher/summary.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from grader.report.plain import one_line
from grader.report.tally import BANDS, Tally

AGAIN = "They have no result, which is not a zero. Run the same command again; `make box` says what may be missing."
STAYS = "They are not in results.csv, which is not a zero. What was written of them before stays as it is."
PRINTED, LONGEST = 20, 500  # lines of a list, and characters of a line, on a terminal; the page has all


def summary(tally: Tally) -> str:
    """The whole summary, Markdown."""
    parts = ["# Summary", head(tally), markdown(tally)]
    parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in lists(tally)]
    return "\n\n".join(parts) + "\n"


def in_words(tally: Tally) -> str:
    """The summary below the table that a terminal shows."""
    parts = [head(tally)]
    for title, lines in lists(tally):
        more = [f"- and {len(lines) - PRINTED} more, in teacher/summary.md"] if len(lines) > PRINTED else []
        shown = [line if len(line) <= LONGEST else f"{line[:LONGEST]} ..." for line in lines[:PRINTED]]
        parts.append("\n".join([f"{title}:", *shown, *more]))
    return "\n".join(parts)


def head(tally: Tally) -> str:
    """How many students have a result, and how many points they have."""
    return f"{tally.graded} of {tally.students} students have a result. {bands(tally)}"


def lists(tally: Tally) -> Iterator[tuple[str, list[str]]]:
    """Whom and what a teacher has to look after: a title and its lines each."""
    unjudged = {student: [why] for student, why in tally.faults.items() if student in tally.unjudged}
    lost = {student: [why] for student, why in tally.faults.items() if student not in tally.unjudged}
    if lost:
        yield "No result", [AGAIN, "", *reasons(lost)]
    if unjudged:
        yield "Not judged again", [STAYS, "", *reasons(unjudged)]
    if tally.look:
        yield "To look at by hand", list(reasons(tally.look))
    if tally.loose:
        yield "Not graded, beside the students' folders", [f"- {one_line(name)}" for name in tally.loose]
    if tally.gone:
        yield (
            "Results of an earlier run, whose folders are gone (not in results.csv)",
            [f"- {one_line(name)}" for name in tally.gone],
        )


def markdown(tally: Tally) -> str:
    """For each exercise how many students of each status, and the mean score, as a Markdown table."""
    kinds, rows = counts(tally)
    head = ["exercise", *kinds, "mean"]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def counts(tally: Tally) -> tuple[list[str], list[list[str]]]:
    """The statuses that occur, and a row for each exercise: its name, a count for each status, the mean score."""
    kinds = sorted({kind for counter in tally.statuses.values() for kind in counter})
    rows = [
        [name, *(str(counter[kind]) for kind in kinds), f"{tally.points[name] / counter.total():.1f}"]
        for name, counter in sorted(tally.statuses.items())
    ]
    return kinds, rows


def table(tally: Tally) -> Table:
    """The same for a terminal."""
    kinds, rows = counts(tally)
    made = Table("exercise", *kinds, "mean", title="Graded", title_justify="left")
    for row in rows:
        made.add_row(*row)
    return made


def bands(tally: Tally) -> str:
    """How many students have how much of the points."""
    return "Scores: " + ", ".join(f"{band} {tally.bands[band]}" for band in BANDS) + "."


def reasons(whys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """One line for a student and reason, by the students' names."""
    for student, own in sorted(whys.items()):
        yield from (f"- {one_line(student)}: {one_line(why)}" for why in own)
