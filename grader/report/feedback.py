"""What is written for one student (`feedback/`) and, apart from it, for the teacher (`teacher/`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader import wording
from grader.judge import Verdict
from grader.record import Record
from grader.results import CheckResult, ExerciseResult, Result


def feedback(result: Result) -> str:
    """A student's result in words, Markdown; it holds nothing that the result does not."""
    parts = [f"# {result['student']}: {result['score']:g} of {result['max_score']:g} points"]
    parts += [exercise_part(name, part) for name, part in result["exercises"].items()]
    return "\n\n".join(parts) + "\n"


def exercise_part(name: str, part: ExerciseResult) -> str:
    """One exercise: its points, what was understood, and each check that did not pass."""
    lines = [f"## {name}: {part['score']:g} of {part['max_score']:g}", ""]
    if part["reason"]:
        lines += [f"{part['status']}: {part['reason']}"]
    lines += [f"- note: {note}" for note in part["notes"]]
    lines += [check_line(check) for check in part["checks"] if check["points"]]
    return "\n".join(lines)


def check_line(check: CheckResult) -> str:
    """One check, with its message and hint if it did not pass."""
    line = f"- {check['id']}: {check['earned']:g} of {check['points']:g}"
    words = " ".join(part for part in (check["message"], check["hint"]) if part)
    return f"{line}. {words}" if words else line


def for_teacher(student: str, records: Mapping[str, Record], verdicts: Mapping[str, Sequence[Verdict]]) -> str:
    """All that was seen of a student's work, Markdown: hidden numbers, texts of errors, prints, signs."""
    parts = [f"# {student}", "For the teacher alone: this page holds numbers of hidden checks."]
    parts += [teacher_part(name, record, verdicts[name]) for name, record in records.items()]
    return "\n\n".join(parts) + "\n"


def teacher_part(name: str, record: Record, verdicts: Sequence[Verdict]) -> str:
    """One exercise, for the teacher."""
    lines = [f"## {name}: {record['status']}", ""]
    observation = record["observation"]
    if observation:
        lines += [f"- walls: {observation['walls']}"]
        lines += [f"- looks like tampering: {sign}" for sign in observation["signs"]]
        lines += [f"- {item['where']} was skipped: {item['error']}" for item in observation["loading"]["skipped"]]
    lines += [
        f"- {verdict.check.id}: {verdict.status}. {wording.in_full(verdict)}"
        for verdict in verdicts
        if verdict.status != "passed"
    ]
    if observation and observation["printed"]:
        lines += ["", "Printed:", "", *(f"    {line}" for line in observation["printed"].splitlines()[:40])]
    return "\n".join(lines)
