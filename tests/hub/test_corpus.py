"""For every answer of every corpus, nbgrader's gradebook holds the points of `make grade`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.course import grade
from grader.exercise import Exercise, exercises
from grader.hub.course import write_course
from grader.hub.notebook import grade_id
from grader.workers import local
from tests.corpus import answers
from tests.hub.course import Course


@pytest.mark.parametrize("item", exercises(), ids=lambda item: item.id)
def test_the_gradebook_holds_the_points_of_make_grade(item: Exercise, tmp_path: Path) -> None:
    course = Course(tmp_path / "course", item)
    write_course(course.root, [item])
    for place, answer in enumerate(answers(item.id)):
        course.hand_in(f"student-{place}", course.solved(answer.path.read_text(encoding="utf-8")))
    ended = course.nbgrader("autograde", item.id)
    assert ended.returncode == 0, ended.stderr
    with local() as crew:
        grade(course.root / "submitted", tmp_path / "out", [item], crew, lambda _: None)
    scores = course.scores()
    results = sorted((tmp_path / "out" / "results").glob("*.json"))
    assert len(results) == len(scores) == len(answers(item.id))
    for path in results:
        part = json.loads(path.read_text(encoding="utf-8"))["exercises"][item.id]
        earned = {check["id"]: check["earned"] for check in part["checks"]}
        assert scores[path.stem] == {grade_id(check): earned.get(check.id, 0.0) for check in item.checks}
