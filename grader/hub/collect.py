"""Collecting and handing back under other names, in the exchange: nbgrader grades `ex3/ex3.ipynb` and nothing else.

The kit finds a student's work under any name that is plainly it, a script included. Here nbgrader is shown a
notebook under the name that it wants, and feedback is released under the name that the student used.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from glob import glob
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock
from nbformat import v4
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from grader import record
from grader.exercise import Exercise, exercises
from grader.hub import inbound
from grader.submission import Source
from grader.submission.source import escaped

LATER = timedelta(hours=1)  # than its name says: only its owner changes a folder, or who restores a copy
LOCK = ".collect.lock"
NAME = "{}-handed-in-as.txt"  # beside a student's folder of an exercise, where no file of theirs can lie


def mend(folder: Path, item: Exercise) -> None:
    """Show nbgrader a notebook of the right name in `folder`, where a student's files of an exercise are.

    A notebook that is plainly the exercise is renamed. Beside a script, or two notebooks that could be it, stands
    an empty one: to the kit that is a notebook in which nothing was written.
    """
    wanted, name = folder / f"{item.id}.ipynb", folder.parent / NAME.format(item.id)
    name.unlink(missing_ok=True)
    if wanted.is_file():
        return
    if wanted.is_dir():  # it makes way, and what is in it may be the work
        wanted.rename(next(place for place in free_names(folder) if not place.exists()))
    found = record.find(folder.parent, item)
    handed_in = folder.parent / found.path if isinstance(found, Source) and not found.script else None
    if handed_in and handed_in.is_relative_to(folder) and handed_in.is_file():
        name.write_text(handed_in.stem, encoding="utf-8")
        handed_in.rename(wanted)
    else:
        nbformat.write(v4.new_notebook(), wanted)


def free_names(folder: Path) -> Iterator[Path]:
    """Names for a new folder in this one, without end: take the first that is free."""
    return (folder / f"folder-{number}" for number in count(1))


def exercise_of(assignment: str) -> Exercise | None:
    """The exercise of this name; a course may have other assignments, too."""
    return next((item for item in exercises() if item.id == assignment), None)


class Collect(ExchangeCollect):
    """Collects from the exchange, and mends names. What one student left there stops nobody's collecting."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Find what was handed in. A name that no account has would end nbgrader's next steps for everybody, and so
        would a link that leads nowhere it may look."""
        super().init_src()
        found, self.src_records = self.src_records, []
        for one in found:
            if not inbound.can_be_account(one["username"]):
                self.log.warning("left out: %s, no account has such a name", escaped(one["filename"]))
            elif not one["filename"].isprintable():  # nbgrader's warnings hold it as it is
                self.log.warning("left out: %s, a terminal might obey such a name", escaped(one["filename"]))
            elif not inbound.is_folder(self.place(one)):
                self.log.warning("left out: %s is no folder", escaped(one["filename"]))
            else:
                self.src_records.append(one)

    def place(self, record: dict[str, Any]) -> Path:
        """Where in the exchange a hand-in lies."""
        return Path(self.inbound_path, record["filename"])

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """What a folder's name says. One that nbgrader did not make may say no time, or one that no formgrader can
        show: the folder's own is taken."""
        name = Path(path).name
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except Exception:  # whatever nbgrader's reader of dates raises: anybody may give a folder its name
            record = {"username": name.split("+")[0], "filename": name, "timestamp": None}
        if not inbound.can_be(record["timestamp"]):
            self.log.warning("%s names no time that can be: that of its last change is taken", escaped(name))
            record["timestamp"] = inbound.changed(Path(path))
        elif (last := inbound.last_changed(Path(path))) - record["timestamp"] > LATER:
            self.log.warning("%s was last changed at %s, later than its name says", escaped(name), last)
        return record

    def _sort_by_timestamp(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Newest first. Where a student has handed in, what others handed in under that name does not count; and
        where there is a folder, nothing else does."""
        own = [one for one in records if inbound.is_own(self.place(one), one["username"])]
        if own and len(own) < len(records):
            self.log.warning("left out: what others handed in as %s", escaped(records[0]["username"]))
        folders = [one for one in records if inbound.is_folder(self.place(one))]
        if not own and folders and len(folders) < len(records):
            self.log.warning("left out: what is no folder of %s", escaped(records[0]["username"]))
        newest: list[dict[str, Any]] = super()._sort_by_timestamp(own or folders or records)
        return newest

    def copy_files(self) -> None:
        """Copy one hand-in after another: one that has gone since it was found, or is no folder, is left out. What
        else keeps one from being copied ends this, once all others are."""
        lock = FileLock(Path(self.coursedir.root, LOCK), mode=0o660)  # for all graders of a course
        with lock:  # two would clear away what the other has begun
            self.copy_one_by_one(self.src_records)

    def copy_one_by_one(self, found: list[dict[str, Any]]) -> None:
        """Copy some hand-ins, while nobody else does."""
        failed = []
        if not found:
            super().copy_files()  # which says so
        for one in found:
            self.src_records = [one]
            try:
                super().copy_files()
            except Exception as error:
                if inbound.is_folder(self.place(one)):
                    failed.append(escaped(f"{one['filename']} ({error})"))
                else:
                    self.log.warning("left out: %s has gone, or is no folder", escaped(one["filename"]))
        if failed:
            raise ExchangeError(f"These were not collected, all others were; collect again: {'; '.join(failed)}")

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy what was handed in. nbgrader follows links, so it is given a copy that has none."""
        with tempfile.TemporaryDirectory() as scratch:
            copied = Path(scratch, "copy")
            for problem in inbound.copy(Path(src), copied, self.coursedir.max_dir_size * 1000 - inbound.MARKS):
                self.log.warning("%s: left out: %s", escaped(src), escaped(problem))
            (when,) = (one["timestamp"] for one in self.src_records if one["filename"] == Path(src).name)
            inbound.mark(Path(src), copied, when)
            self.put(copied, Path(dest), log)

    def put(self, copied: Path, place: Path, log: Any) -> None:
        """Put a hand-in in its place, whole or not at all: nbgrader collects what is there already no more."""
        unfinished = place.with_name(f".{place.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
        try:
            super().do_copy(str(copied), str(unfinished), log)
            unfinished.rename(place)
            if item := exercise_of(self.coursedir.assignment_id):
                mend(place, item)
        except BaseException:
            for folder in (unfinished, place):
                shutil.rmtree(folder, ignore_errors=True)
            raise


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases feedback under the name that the student's notebook has, too: nbgrader looks for it there."""

    def copy_files(self) -> None:
        """Copy every page to where its student finds it. Beside it lies what else the student handed in, which
        nbgrader would release by its name, or stumble over."""
        left_out = self.coursedir.student_id_exclude.split(",")
        for page in map(Path, sorted(glob(f"{self.src_path}/*.html"))):  # noqa: PTH207  (a pattern of nbgrader's)
            student, secret = page.parent.parent.name, page.parent / inbound.SECRET
            if student in left_out or not self.is_page(page, student):
                continue
            if not secret.is_file():
                self.log.warning("%s: nothing tells its student's place in the exchange", escaped(str(page)))
                continue
            for name in self.names(page, student):
                self.release(page, notebook_hash(secret=secret.read_text(encoding="utf-8"), notebook_id=name))

    def place(self, step: str, student: str) -> Path:
        """The folder of a student's assignment in one of nbgrader's steps."""
        return Path(self.coursedir.format_path(step, student, self.coursedir.assignment_id))

    def is_page(self, page: Path, student: str) -> bool:
        """Whether a file was made of a notebook that was graded."""
        notebook = self.place(self.coursedir.autograded_directory, student) / f"{page.stem}.ipynb"
        return page.is_file() and notebook.is_file()

    def names(self, page: Path, student: str) -> Iterator[str]:
        """The names of a page's notebook: nbgrader's, and the one under which it was handed in."""
        yield page.stem
        submitted = self.place(self.coursedir.submitted_directory, student)
        handed_in = submitted.parent / NAME.format(submitted.name)
        if handed_in.exists():
            yield handed_in.read_text(encoding="utf-8")

    def release(self, page: Path, place: str) -> None:
        """Put a page in its place, whole at once."""
        unfinished = Path(self.dest_path) / f"{place}-tmp.html"
        shutil.copy(page, unfinished)
        unfinished.replace(Path(self.dest_path) / f"{place}.html")
        self.log.info("Released %s", escaped(str(page)))
