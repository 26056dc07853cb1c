"""`make record`: observe the references and the mistakes, and write down what the kit needs of it.

`grader/exercises/exN/recorded.json` goes to students: the stub as it is handed out, the reference's facts under
the visible scenarios, the words and visible symptoms of the mistakes. `solutions/exN/recorded.json` stays with
the teachers: the symptoms that hidden checks see.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from grader.exercise import Draft, Exercise
from grader.expected import Expected, Observe, Symptoms, facts_of, job_for, reference
from grader.judge import judge
from grader.mistakes import Mistake, mistakes
from grader.results import write_whole
from grader.syntax import parse


def record(exercise: Exercise, observe: Observe) -> None:
    """Write both files of an exercise anew."""
    exercise = Draft(exercise.id, exercise.root)
    facts = reference(exercise, observe)
    symptoms = symptoms_now(exercise, Expected(facts, {}), observe)
    visible = {check.id for check in exercise.checks if check.visible}
    for_students = {
        "stub": asdict(exercise.stub_on_disk()),
        "reference": select(facts, visible_names(exercise, facts)),
        "mistakes": [
            {"mistake": public(mistake), "symptoms": select(seen, visible)} for mistake, seen in symptoms.items()
        ],
    }
    hidden = {mistake.name: select(seen, seen.keys() - visible) for mistake, seen in symptoms.items()}
    write_whole(exercise.recorded, json.dumps(for_students, allow_nan=False) + "\n")
    write_whole(exercise.recorded_hidden, json.dumps(hidden, allow_nan=False) + "\n")


def public(mistake: Mistake) -> dict[str, str]:
    """What a student may have of a mistake: its words, not what it costs."""
    record = asdict(mistake)
    return {key: record[key] for key in ("name", "exercise", "sentence", "hint")}


def symptoms_now(exercise: Exercise, expected: Expected, observe: Observe) -> dict[Mistake, Symptoms]:
    """How each mistake program fails each check, seen today."""
    programs = mistakes(exercise)
    jobs = [job_for(exercise, path, exercise.all_scenarios()) for path in programs.values()]
    seen = {
        mistake.name: facts_of(observation, exercise)
        for mistake, observation in zip(programs, observe(jobs), strict=True)
    }
    verdicts = judge(exercise, exercise.tests, expected, seen)
    return {
        mistake: {v.check.id: v.symptom for v in verdicts[mistake.name] if v.symptom is not None}
        for mistake in programs
    }


def visible_names(exercise: Exercise, facts: Mapping[str, Any]) -> set[str]:
    """The scenarios of the visible checks: those that the checks name as their arguments."""
    tree = parse((exercise.room / "test_visible.py").read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {argument.arg for test in tests for argument in test.args.args} & facts.keys()


def select(record: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    """The entries of some keys, in the record's order."""
    return {key: value for key, value in record.items() if key in keys}
