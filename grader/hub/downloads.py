"""Downloads from a learning platform: whose each notebook in one is, and which exercise it plainly is.

The platform's mark in a name tells whose a file is. Where a name bears several, or several notebooks could be a
student's answer, none of them is taken, with a warning. `archives.py` beside this file unpacks the download first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from filecmp import cmp
from functools import cached_property
from os.path import commonpath, commonprefix
from pathlib import Path, PurePath

from nbgrader.api import Gradebook
from nbgrader.plugins import FileNameCollectorPlugin
from traitlets import Unicode

from grader.exercise import Exercise
from grader.hub import inbound
from grader.hub.collect import exercise_of
from grader.submission import Source
from grader.submission.folder import Candidate, choose
from grader.submission.names import fit
from grader.submission.source import escaped

# What learning platforms put before a file's name, or before that of an archive, in a download. The first name that
# bears such a mark tells whose a file is: what lies in such a folder or archive is a student's choice. So is what
# follows the mark in that name, and at some platforms what precedes it: see `marks_in`.
# For another platform set LmsNames.named_regexp.
# Of a name, Canvas leaves letters, accents, digits and _; what Python can't print is spelled out, with a backslash.
_WORD = r"[\w\\\x80-\U0010ffff]"
_TIME = r"\d{4}(?:-\d\d){5}"
_FILE = r"_assignsubmission_file(?:_|(?=/|\Z))"
CANVAS = rf"(?P<canvas>{_WORD}*?)_(?:(?i:late)_)?\d+_\d+_"
BLACKBOARD = rf"(?P<blackboard>[^/]*?)_attempt_(?P<timestamp>{_TIME})_"
MOODLE = rf"[^/]*?_(?P<moodle>\d+){_FILE}"
ANY_PLATFORM = rf"/(?:[^/]+/)*?(?:{CANVAS}|{BLACKBOARD}|{MOODLE})(?:[^/]*/)*(?P<file_id>[^/]+)\Z"
# Each place where a mark begins, also those that overlap.
_MARK = re.compile(rf"(?=_attempt_{_TIME}_|_\d+{_FILE})")
_MARK_OF_CANVAS = re.compile(r"(?=_\d+_\d+_)")  # where nothing precedes it that Canvas takes out of a name


def marks_in(path: PurePath) -> int:
    """How many marks of platforms are in the first of a path's names that bears any; 0 if none does.

    With more than one, nobody can say which is the platform's: people at Moodle and Canvas may choose how they are
    called there, and everybody how a file is.
    """
    return next(filter(None, map(_marks_in_name, path.parts)), 0)


def _marks_in_name(name: str) -> int:
    word = re.match(f"{_WORD}*", name)
    return len(_MARK.findall(name)) + len(_MARK_OF_CANVAS.findall(word[0] if word else ""))


class LmsNames(FileNameCollectorPlugin):
    """For `nbgrader zip_collect`: whose a downloaded notebook is, and which exercise it plainly is."""

    named_regexp = Unicode(
        ANY_PLATFORM, help="As nbgrader's, with a group file_id and one of student_id, canvas, blackboard, moodle."
    ).tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student, the notebook's right name, and when it was handed in; None if it is not the exercise.

        Two of one student, where nbgrader can't tell which is newer, would end the collecting for everybody.
        """
        found = self.found[Path(submitted_file)]
        if not found or exercise_of(self.parent.coursedir.assignment_id) is None:
            return found
        if self.chosen[found["student_id"]] == Path(submitted_file):
            return found
        self.log.warning("%s is not its student's only notebook: left out", escaped(submitted_file))
        return None

    @cached_property
    def chosen(self) -> dict[str, Path | None]:
        """Each student's newest notebook, one without a time last; None where several could be it."""
        named = [(one.get("timestamp", ""), path, one["student_id"]) for path, one in self.found.items() if one]
        newest = {student: time for time, _, student in sorted(named)}
        found = defaultdict(list)
        for time, path, student in named:
            if time == newest[student]:
                found[student].append(path)
        return {student: self.best(paths, student) for student, paths in found.items()}

    def best(self, paths: list[Path], student: str) -> Path | None:
        """The one of a student's notebooks that is chosen as out of a folder; None where several could be it.

        The folder is the one that holds them all: a student may have packed it with those above it.
        """
        item = exercise_of(self.parent.coursedir.assignment_id)
        if item is None or all(cmp(paths[0], path, shallow=False) for path in paths):
            return paths[0]
        folder = Path(commonpath([path.parent for path in paths]))
        if not marks_in(folder.relative_to(self.extracted)):  # of several hand-ins, or of two people of one name
            return None
        candidates = sorted(self.candidates(folder, paths, item, student))
        chosen = choose(folder, candidates, item.id, item.stub.text)
        return folder / chosen.path if isinstance(chosen, Source) else None

    def candidates(self, folder: Path, paths: list[Path], item: Exercise, student: str) -> Iterator[Candidate]:
        """How well notebooks below a folder fit, by the names that a student gave them."""
        for path in paths:
            marks = self.marks[path]
            name = f"{path.parent.relative_to(folder).as_posix()}/{marks['file_id'] if marks else path.name}"
            how = fit(name.removeprefix("./"), item.id, item.module, student)
            if how is not None:
                yield how, path.relative_to(folder).as_posix()

    @cached_property
    def found(self) -> dict[Path, dict[str, str] | None]:
        """What names say of each extracted file, in their order; None if it is not the exercise, or nobody's."""
        item = exercise_of(self.parent.coursedir.assignment_id)
        return {path: self.named(path, marks, item) if item else marks for path, marks in self.marks.items()}

    @cached_property
    def marks(self) -> dict[Path, dict[str, str] | None]:
        """The parts of each extracted file's name, in their order; None where there is no mark."""
        files = [path for path in sorted(self.extracted.rglob("*")) if path.is_file()]
        return {path: self.parts(path.relative_to(self.extracted)) for path in files}

    def parts(self, path: Path) -> dict[str, str] | None:
        """The parts of a file's name; None where there is no mark, or it can't be said which is the platform's.

        A pattern of a teacher's own, with a student_id, knows its platform.
        """
        found: dict[str, str] | None = super().collect(f"/{path}")
        if found and not found.get("student_id") and marks_in(path) > 1:
            place = escaped(str(self.extracted / path))
            self.log.warning("%s: left out, a name in it bears several marks of platforms", place)
            return None
        return found

    def user(self, name: str) -> str:
        """The user in Blackboard's name, where an assignment's title precedes it; both may hold a `_`.

        The class list tells where the one ends: the longest user's name that fits is meant. "" if none does.
        """
        if not self.students:
            return name.removeprefix(self.title) if name.startswith(self.title) else ""
        ends = (name[place + 1 :] for place, sign in enumerate(name) if sign == "_")
        known = next((end for end in ends if end in self.students), "")
        if not known:
            advice = "If it is a student, add it with `nbgrader db student import`, and collect again with --force"
            self.log.warning("%s: the gradebook knows no such student. %s", escaped(name), advice)
        return known

    @cached_property
    def students(self) -> set[str]:
        """Whom the course's gradebook knows."""
        course = self.parent.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            return {student.id for student in gradebook.students}

    @cached_property
    def title(self) -> str:
        """What all of Blackboard's names begin with, up to a `_`: where there is no class list, the title."""
        names = [marks["blackboard"] for marks in self.marks.values() if marks and marks.get("blackboard")]
        return commonprefix(names).rpartition("_")[0] + "_"  # noqa: RUF071  (characters are meant)

    @property
    def extracted(self) -> Path:
        """Where nbgrader lays what it finds in a download."""
        return Path(self.parent._format_collect_path(self.parent.extracted_directory))

    def named(self, path: Path, marks: dict[str, str] | None, item: Exercise) -> dict[str, str] | None:
        """A student's notebook of an exercise, out of the parts of its name; None if it is none, or nobody's."""
        if marks is None:
            return None
        user = self.user(marks["blackboard"]) if marks.get("blackboard") else ""
        student = next(filter(None, [marks.get("student_id"), marks.get("canvas"), user, marks.get("moodle")]), "")
        if not inbound.can_be_account(student) or fit(marks["file_id"], item.id, item.module, student) is None:
            self.log.warning("%s is not plainly %s, or nobody's: left out", escaped(str(path)), item.id)
            return None
        named = {"student_id": student, "file_id": item.id}
        return named | ({"timestamp": marks["timestamp"]} if is_time(marks.get("timestamp")) else {})


def is_time(text: str | None) -> bool:
    """Whether a platform's time is one."""
    try:
        datetime.strptime(text or "", "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return False
    return True
