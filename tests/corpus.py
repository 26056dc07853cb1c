"""The corpora of right and wrong answers, and how each is judged.

`tests/submissions/exN/right/*.py` score full marks. `tests/submissions/exN/wrong/*.py` say in their docstring what
they lose, written before they were run: `Loses:` the rows, `May lose:` those that may fall as a consequence,
`Named:` the misconceptions that must be told (none, if the line is missing).

    python -m tests.corpus ex3            judge the whole corpus of an exercise and print a table
    python -m tests.corpus ex3 file.py    judge some files and print every verdict
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.box import open_box
from grader.exercise import Exercise, exercise
from grader.expected import job_for, observed
from grader.judge import Verdict, judge

CORPUS = Path(__file__).parent / "submissions"


@dataclass(frozen=True)
class Answer:
    """One program of a corpus and what its writer says of it."""

    path: Path
    loses: frozenset[str] = frozenset()
    may_lose: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    def disputes(self, verdicts: list[Verdict]) -> list[str]:
        """Where the verdicts are not what the writer says; empty if they agree."""
        lost = {v.check.id.partition(".")[2] for v in verdicts if v.status not in ("passed", "skipped")}
        named = {v.mistake.id.partition(".")[2] for v in verdicts if v.mistake}
        found = [f"keeps {row}" for row in sorted(self.loses - lost)]
        found += [f"loses {row}" for row in sorted(lost - self.loses - self.may_lose)]
        found += [f"is not named {name}" for name in sorted(self.named - named)]
        return found + [f"is named {name}" for name in sorted(named - self.named)]


def answers(exercise_id: str) -> list[Answer]:
    """The whole corpus of an exercise."""
    paths = sorted((CORPUS / exercise_id).glob("*/*.py"))
    return [answer(path) for path in paths]


def answer(path: Path) -> Answer:
    """A program with the labels of its docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    labels = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    loses, may_lose, named = (
        frozenset(name.strip() for name in labels.get(label, "").split(",") if name.strip())
        for label in ("Loses", "May lose", "Named")
    )
    if path.parent.name == "wrong" and not loses:
        raise ValueError(f"{path} must say in its docstring which rows it loses: 'Loses: equivalence, steps'.")
    return Answer(path, loses, may_lose, named)


def judged(item: Exercise, paths: list[Path]) -> dict[str, list[Verdict]]:
    """Every program observed under all scenarios and judged by all checks, by its path."""
    scenarios = item.all_scenarios()
    with open_box() as box:
        expected = observed(item, partial(map, box.observe))
        seen = {}
        for path in paths:
            observation = box.observe(job_for(item, path, scenarios))
            seen[str(path)] = observation["scenarios"]
            if observation["loading"]["skipped"] or observation["loading"]["reason"]:
                print(f"{path}: {observation['loading']}", file=sys.stderr)
    return judge(item, item.tests, expected, seen)


def main(exercise_id: str, *files: str) -> None:
    """Print how programs are judged."""
    item = exercise(exercise_id)
    corpus = answers(exercise_id) if not files else [answer(Path(file).absolute()) for file in files]
    verdicts = judged(item, [entry.path for entry in corpus])
    for entry in corpus:
        disputes = entry.disputes(verdicts[str(entry.path)])
        print(f"{entry.path.parent.name}/{entry.path.name}: {'; '.join(disputes) or 'as its writer says'}")
        for verdict in verdicts[str(entry.path)] if files else ():
            name = verdict.mistake.id if verdict.mistake else ""
            print(f"    {verdict.check.id:22} {verdict.status:8} {verdict.observed} {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
