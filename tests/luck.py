"""No luck: one row of a rubric, judged under many seeds for every answer that should pass it or should not.

    python -m tests.luck ex1.learns            100 seeds, the reference, all right and the row's wrong answers
    python -m tests.luck ex1.learns 200        200 seeds
    python -m tests.luck ex1.learns 20 a.py    some programs alone

A line for each program: the share of seeds under which it passed, and the range of each number among the facts.
Exit status 1 if a program that should pass failed under some seed, or one that should fail passed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from grader.box import open_box
from grader.exercise import Exercise, exercise
from grader.expected import Box, Expected, job_for
from grader.judge import judge
from tests.corpus import answers

Facts = dict[str, dict[str, Any]]


def scenarios_of(item: Exercise, test: str) -> tuple[str, ...]:
    """The scenarios that a row's test looks at: the names of its arguments."""
    bodies = [ast.parse(path.read_text(encoding="utf-8")).body for path in item.tests]
    (found,) = (node for body in bodies for node in body if isinstance(node, ast.FunctionDef) and node.name == test)
    return tuple(argument.arg for argument in found.args.args)


def programs(item: Exercise, row: str) -> dict[Path, bool]:
    """The programs worth trying, and whether each should pass: the reference, and the corpus."""
    corpus = [a for a in answers(item.id) if a.path.parent.name == "right" or row in a.loses]
    return {item.reference: True} | {a.path: row not in a.loses for a in corpus}


def observed(item: Exercise, program: Path, only: tuple[str, ...], seed: int, box: Box) -> Facts:
    """What some scenarios see of a program under one seed."""
    job = replace(job_for(item, program, item.all_scenarios()), only=only, seed=seed)
    return {name: dict(seen) for name, seen in box.observe(job)["scenarios"].items()}


def passed(item: Exercise, check_id: str, expected: Expected, seen: dict[str, Facts]) -> list[bool]:
    """Under which of the seeds a row is passed."""
    verdicts = judge(item, item.tests, expected, seen)
    return [v.status == "passed" for seed in seen for v in verdicts[seed] if v.check.id == check_id]


def ranges(seen: dict[str, Facts]) -> Iterator[str]:
    """Each number among the facts: the least, the middle and the largest over the seeds."""
    numbers: dict[str, list[float]] = {}
    for facts in seen.values():
        for scenario in facts.values():
            for key, value in scenario.get("facts", {}).items():
                if isinstance(value, float):
                    numbers.setdefault(key, []).append(value)
    for key, values in numbers.items():
        yield f"{key} {min(values):.3f} / {median(values):.3f} / {max(values):.3f}"


def main(check_id: str, seeds: str = "100", *files: str) -> int:
    """Try the programs and print how each fares."""
    item = exercise(check_id.partition(".")[0])
    (check,) = (check for check in item.checks if check.id == check_id)
    only = scenarios_of(item, check.test)
    known = programs(item, check_id.partition(".")[2])
    chosen = [Path(file).absolute() for file in files] or list(known)
    unlucky = 0
    with open_box() as box:
        expected = Expected(observed(item, item.reference, only, 0, box), {})  # type: ignore[arg-type]
        for program in chosen:
            seen = {str(seed): observed(item, program, only, seed, box) for seed in range(int(seeds))}
            results = passed(item, check_id, expected, seen)
            unlucky += sum(result != known.get(program, True) for result in results)
            words = "; ".join(ranges(seen))
            print(
                f"{program.parent.name}/{program.name}: {sum(results)} of {len(results)} passed; {words}",
                flush=True,
            )
    print(f"{unlucky} verdicts were not as they should be.")
    return int(unlucky > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
