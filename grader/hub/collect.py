"""Collecting and handing back under other names: nbgrader grades `ex3/ex3.ipynb` and nothing else.

The kit finds a student's work under any name that is plainly it, a script included. Here nbgrader is shown a
notebook under the name that it wants, and feedback is released under the name that the student used.
"""

from __future__ import annotations

import shutil
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import notebook_hash
from traitlets import Unicode

from grader import record
from grader.exercise import Exercise, exercises
from grader.submission import Source
from grader.submission.names import fit

NAMES = "names.txt"  # beside a collected notebook: the names under which notebooks were handed in

# What learning platforms put before a file's name. For another one set LmsNames.named_regexp.
CANVAS = r"(?P<canvas>[a-z]+)_(?:LATE_)?\d+_\d+_"
BLACKBOARD = r".*?_(?P<blackboard>[^_/]+)_attempt_(?P<timestamp>[\d-]+)_"
MOODLE = r"[^/]*_(?P<moodle>\d+)_assignsubmission_file(?:_[^/]*)?/(?:.*/)?"
ANY_PLATFORM = rf".*/(?:{MOODLE}|{CANVAS}|{BLACKBOARD})(?P<file_id>[^/]+)$"


def mend(folder: Path, item: Exercise) -> None:
    """Show nbgrader a notebook of the right name in `folder`, where a student's files of an exercise are.

    A notebook that is plainly the exercise is renamed. Beside a script, or two notebooks that could be it, stands
    an empty one: to the kit that is a notebook in which nothing was written.
    """
    wanted = folder / f"{item.id}.ipynb"
    if wanted.exists():
        return
    found = record.find(folder.parent, item)
    handed_in = folder.parent / found.path if isinstance(found, Source) and not found.script else None
    if handed_in and handed_in.is_relative_to(folder) and handed_in.is_file():
        (folder / NAMES).write_text(handed_in.stem, encoding="utf-8")
        handed_in.rename(wanted)
    else:
        nbformat.write(v4.new_notebook(), wanted)


def exercise_of(assignment: str) -> Exercise | None:
    """The exercise of this name; a course may have other assignments, too."""
    return next((item for item in exercises() if item.id == assignment), None)


class Collect(ExchangeCollect):
    """Collects from the exchange, and mends names."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy what was handed in."""
        super().do_copy(src, dest, log)
        if item := exercise_of(self.coursedir.assignment_id):
            mend(Path(dest), item)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases feedback under the name that the student's notebook has, too: nbgrader looks for it there."""

    def copy_files(self) -> None:
        """Copy every page to where its student finds it."""
        super().copy_files()
        assignment = self.coursedir.assignment_id
        left_out = self.coursedir.student_id_exclude.split(",")
        for page in map(Path, sorted(glob(f"{self.src_path}/*.html"))):  # noqa: PTH207  (a pattern of nbgrader's)
            student = page.parent.parent.name
            submitted = self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment)
            handed_in, secret = Path(submitted, NAMES), page.parent / "submission_secret.txt"
            if student not in left_out and handed_in.exists() and secret.exists():
                name = handed_in.read_text(encoding="utf-8")
                place = notebook_hash(secret=secret.read_text(encoding="utf-8"), notebook_id=name)
                shutil.copy(page, Path(self.dest_path) / f"{place}.html")


class LmsNames(FileNameCollectorPlugin):
    """For `nbgrader zip_collect`: whose a downloaded notebook is, and which exercise it plainly is."""

    named_regexp = Unicode(
        ANY_PLATFORM, help="As nbgrader's, with a group file_id and one of student_id, canvas, blackboard, moodle."
    ).tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student, the notebook's right name, and when it was handed in; None if it is not the exercise."""
        found: dict[str, str] | None = super().collect(submitted_file)
        item = exercise_of(self.parent.coursedir.assignment_id)
        if not found or item is None:
            return found
        student = next(filter(None, map(found.get, ("student_id", "canvas", "blackboard", "moodle"))), "")
        if not student or fit(found["file_id"], item.id, item.module, student) is None:
            self.log.warning("%s is not plainly %s, or its student is unknown: left out", submitted_file, item.id)
            return None
        named = {"student_id": student, "file_id": item.id}
        return named | ({"timestamp": found["timestamp"]} if found.get("timestamp") else {})
