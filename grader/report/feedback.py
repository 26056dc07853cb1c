"""What is written for one student (`feedback/`) and, apart from it, for the teacher (`teacher/`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader import wording
from grader.judge import Verdict
from grader.record import Record, suspicions
from grader.report.plain import one_line
from grader.results import CheckResult, ExerciseResult, Result

PRINTED_LINES = 40


def feedback(result: Result) -> str:
    """A student's result in words, Markdown; it holds nothing that the result does not."""
    parts = [f"# {one_line(result['student'])}: {result['score']:g} of {result['max_score']:g} points"]
    parts += [exercise_part(name, part) for name, part in result["exercises"].items()]
    return "\n\n".join(parts) + "\n"


def exercise_part(name: str, part: ExerciseResult) -> str:
    """One exercise: its points, what was understood, and each check that has points or something to say."""
    lines = [f"## {name}: {part['score']:g} of {part['max_score']:g}", ""]
    lines += [f"- file: {one_line(part['file'])}"] if part["file"] else []
    lines += [f"- {part['status']}: {one_line(part['reason'])}"] if part["reason"] else []
    lines += [f"- note: {one_line(note)}" for note in part["notes"]]
    lines += [check_line(check) for check in part["checks"]]
    return "\n".join(lines)


def check_line(check: CheckResult) -> str:
    """One check, with its message and hint if it did not pass."""
    line = f"- {check['id']}: {check['earned']:g} of {check['points']:g}"
    words = " ".join(one_line(part) for part in (check["message"], check["hint"]) if part)
    return f"{line}. {words}" if words else line


def for_teacher(student: str, records: Mapping[str, Record], verdicts: Mapping[str, Sequence[Verdict]]) -> str:
    """All that was seen of a student's work, Markdown: hidden numbers, texts of errors, prints, signs."""
    parts = [f"# {one_line(student)}", "For the teacher alone: this page holds numbers of hidden checks."]
    parts += [teacher_part(name, record, verdicts[name]) for name, record in records.items()]
    return "\n\n".join(parts) + "\n"


def teacher_part(name: str, record: Record, verdicts: Sequence[Verdict]) -> str:
    """One exercise, for the teacher."""
    lines = [f"## {name}: {record['status']}", ""]
    lines += [f"- {one_line(record['reason'])}"] if record["reason"] else []
    lines += [f"- file: {one_line(record['file'])}"] if record["file"] else []
    lines += [f"- note: {one_line(note)}" for note in record["notes"]]
    lines += seen_lines(record)
    lines += ["- a part of what was seen was in doubt; it was tried once more alone"] if record["tries"] > 1 else []
    lines += [
        f"- {verdict.check.id}: {verdict.status}. {one_line(wording.in_full(verdict))}"
        for verdict in verdicts
        if verdict.status != "passed"
    ]
    if record["observation"] and record["observation"]["printed"]:
        lines += ["", "Printed:", "", *printed(record["observation"]["printed"])]
    return "\n".join(lines)


def seen_lines(record: Record) -> list[str]:
    """What stood around the submission, and what about it stands out."""
    seen = record["observation"]
    if seen is None:
        return []
    lines = [f"- walls: {seen['walls']}"]
    signs = suspicions(record)
    lines += [f"- looks like tampering: {one_line(sign)}" for sign in signs]
    lines += [f"- note: {one_line(sign)}" for sign in seen["signs"] if sign not in signs]
    skipped = seen["loading"]["skipped"]
    return lines + [f"- {one_line(item['where'])} was skipped: {one_line(item['error'])}" for item in skipped]


def printed(text: str) -> list[str]:
    """The beginning of what was printed, as a block of code."""
    return [f"    {one_line(line)}" for line in text.splitlines()[:PRINTED_LINES]]
