"""A student's folder to one submission. Nothing here runs, parses or unpacks what was handed in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from grader.submission.beside import COUNT_LIMIT, beside, composed
from grader.submission.disk import FILE_LIMIT, MEGABYTE, Entry, listing, passed_over, read_bytes
from grader.submission.magics import left_out, neutralised, takes_away
from grader.submission.names import ARCHIVES, EXERCISE_FOLDER, Fit, fit, is_of_another, may_be_of
from grader.submission.notebook import code_cells, is_called_notebook, is_notebook
from grader.submission.source import (
    Missing,
    Refused,
    Source,
    Submission,
    SubmissionsError,
    UnreadableError,
    escaped,
    quoted,
)
from grader.submission.text import decode

_CANDIDATES_LIMIT = 20
# Of code: it is gone through several times, in every run, before anybody behind is begun.
_CODE_LIMIT = 5 * MEGABYTE
_LINES_LIMIT = 100_000
_PASSED_OVER_LIMIT = 5  # cells, each with a note of its own
_ADVICE = "Give SUBMISSIONS the folder that holds one folder for each student, named by the student's id."

Candidate = tuple[Fit, str]
"""How well a file's name fits the exercise, and its path in the student's folder."""


def find(folder: Path, exercise: str, module: str, stub: str) -> Submission:
    """What the student of `folder` handed in for an exercise.

    `exercise` is its name ("ex3"), `module` the name of its script ("gradient_accumulation"), `stub` the text
    of the untouched stub. The exact name wins, else the one file that is plainly it. A script wins over a
    notebook. The untouched stub wins over nothing. The same files give the same answer on every disk.
    """
    try:
        entries = _entries(folder)
    except UnreadableError as problem:
        return Refused(f"Your folder {problem}.")
    fitting = _fitting(entries, exercise, module, folder.name)
    kinds = {entry.path: entry.kind for entry in entries}
    candidates = [(how, path) for how, path in fitting if kinds[path] == "file"]
    chosen = choose(folder, candidates, exercise, stub)
    if isinstance(chosen, Source):
        modules = _modules(candidates, chosen.path, module)
        unused = _unused(chosen, candidates, modules)
        named = _with_name_notes(chosen, candidates, unused, exercise, module)
        paths = {path for _, path in candidates}
        whole = _with_files(named, folder, entries, paths - modules, exercise)
        worked = _worked(folder, unused[:_CANDIDATES_LIMIT], stub)
        return replace(whole, unplaced=(*map(escaped, worked), *_unplaced(entries, paths, exercise)))
    if chosen is None and fitting:  # a link, a folder or a pipe under the name of a file
        chosen = _reading(folder, fitting[0][1])
    return chosen or _nothing(entries, exercise, module)


def choose(folder: Path, candidates: list[Candidate], exercise: str, stub: str) -> Source | Refused | None:
    """The best candidate that isn't the untouched stub; else the stub; else nothing. The best come first."""
    untouched = None
    for _, equals in groupby(candidates, key=itemgetter(0)):
        answer = _agreed(folder, [path for _, path in equals], exercise, stub)
        if isinstance(answer, Refused) or not is_untouched(answer, stub):
            return answer
        untouched = untouched or answer
    return untouched


def read(file: Path, exercise: str) -> Source | Refused:
    """One named file, a script or a notebook, and the student's own files beside it."""
    folder = file.parent.resolve()  # one's own folder may be reached by a link
    source = _reading(folder, file.name)
    if isinstance(source, Refused):
        return source
    try:
        entries = listing(folder)
    except UnreadableError as problem:
        return _noted(source, f"took no other file along: the folder {problem}")
    return _with_files(source, folder, entries, {file.name}, exercise)


def is_untouched(source: Source, stub: str) -> bool:
    """Whether nothing was written yet: no code but the stub's; comments and line ends do not count."""
    return {line for cell in source.cells for line in _lines(cell)} <= {*_lines(stub), "pass"}


def students(submissions: Path) -> list[Path]:
    """The student folders, sorted by name. Raises SubmissionsError, with advice, where there are none."""
    where = f"Looked for student folders in {quoted([str(submissions)])}"
    try:
        inside = sorted(path for path in submissions.iterdir() if not passed_over(path.name))
    except OSError as error:
        raise SubmissionsError(f"{where}, but could not read it: {error.strerror}. {_ADVICE}") from error
    folders = [path for path in inside if is_folder(path)]
    names = quoted([path.name for path in folders or inside], 3)
    if not inside:
        raise SubmissionsError(f"{where}, but it is empty. {_ADVICE}")
    if not folders:
        raise SubmissionsError(f"{where}, but found only loose files: {names}. {_ADVICE}")
    if all(EXERCISE_FOLDER.fullmatch(path.name) for path in folders):
        raise SubmissionsError(f"{where}, but found the exercises of one student: {names}. {_ADVICE}")
    return folders


def is_folder(path: Path) -> bool:
    """Whether there is a folder, or a link to one. A link whose end cannot be looked at is none: an older Python's
    `Path.is_dir` raises there, say for a name too long, or beyond a folder that may not be entered."""
    return os.path.isdir(path)  # noqa: PTH112


def _entries(folder: Path) -> list[Entry]:
    if folder.is_symlink():
        raise UnreadableError("is a link. Put the folder itself in its place")
    return listing(folder)


def _fitting(entries: list[Entry], exercise: str, module: str, student: str) -> list[Candidate]:
    """What fits by its name, best first; among equals what lies in the exercise's folder, then what lies high.

    What lies in another exercise's folder, perhaps handed in later, counts where nothing else fits.
    """
    fits = [(fit(entry.path, exercise, module, student), entry.path) for entry in entries]
    found = [(how, path) for how, path in fits if how is not None]
    own = [(how, path) for how, path in found if not is_of_another(path, exercise)]
    home = f"{exercise}/"
    return sorted(own or found, key=lambda one: (one[0], not one[1].startswith(home), one[1].count("/"), one[1]))


def _agreed(folder: Path, paths: list[str], exercise: str, stub: str) -> Source | Refused:
    """What files of equal right agree on. A stub left in place is nobody's second answer."""
    answers = _readings(folder, paths)
    if answers is None:
        return _torn(paths, exercise, "they are too many, or too large, to be compared")
    worked = {path: answer for path, answer in answers.items() if not _is_stub(answer, stub)}
    standing = worked or answers
    contents = {answer.reason if isinstance(answer, Refused) else answer.cells for answer in standing.values()}
    return next(iter(standing.values())) if len(contents) == 1 else _torn(list(standing), exercise)


def _readings(folder: Path, paths: Sequence[str]) -> dict[str, Source | Refused] | None:
    """Files as they are, by path; None if they are more, or hold more code, than one may: this is done for every
    student, in every run."""
    there = [path for path in map(folder.joinpath, paths) if os.path.lexists(path)]  # what vanished, reading tells
    size = sum(path.lstat().st_size for path in there)
    if len(paths) > 1 and (len(paths) > _CANDIDATES_LIMIT or size > FILE_LIMIT):
        return None
    answers: dict[str, Source | Refused] = {}
    code = 0
    for path in paths:
        answer = answers[path] = _reading(folder, path)
        code += sum(map(len, answer.cells)) if isinstance(answer, Source) else 0
        if code > _CODE_LIMIT:
            return None
    return answers


def _is_stub(answer: Source | Refused, stub: str) -> bool:
    return isinstance(answer, Source) and is_untouched(answer, stub)


def _torn(paths: Sequence[str], exercise: str, why: str = "they differ") -> Refused:
    return Refused(f"More than one file could be your {exercise}, and {why}: {quoted(paths)}. Hand in only one.")


def _reading(folder: Path, path: str) -> Source | Refused:
    """The file as it is, without its neighbours."""
    name = quoted([path])
    try:
        text, encoding = decode(read_bytes(folder, path))
        notebook = is_notebook(path, text)
        cells = code_cells(text) if notebook else (text,)
        _check_amount(cells)
        source = _of_cells(path, cells) if notebook else Source(path, True, cells, {}, ())
    except UnreadableError as problem:
        return Refused(f"{name} {problem}.")
    if notebook and not is_called_notebook(path):
        source = _noted(source, f"read {name} as the notebook that it holds")
    return source if encoding == "utf-8" else _noted(source, f"read {name} as {encoding} text")


def _check_amount(cells: Sequence[str]) -> None:
    """UnreadableError for more than anybody writes; a cell has at least one line."""
    if sum(map(len, cells)) > _CODE_LIMIT:
        raise UnreadableError("holds more than 5 MB of code. Put data in a file of its own")
    if sum(cell.count("\n") + 1 for cell in cells) > _LINES_LIMIT:
        raise UnreadableError(f"holds more than {_LINES_LIMIT:,} lines of code. Put data in a file of its own")


def _of_cells(path: str, cells: Sequence[str]) -> Source:
    """A notebook, of which only Python is left; what is passed over and may define names is told."""
    magics = [takes_away(cell) for cell in cells]
    python = tuple(map(neutralised, cells))
    told = [*_passed_over(cells, python, magics)]
    notes = told[:_PASSED_OVER_LIMIT]
    if len(told) > len(notes):
        notes.append(f"passed over {len(told) - len(notes)} more such magics")
    taken_away = tuple(number for number, magic in enumerate(magics, start=1) if magic)
    return Source(path, False, python, {}, tuple(notes), taken_away)


def _passed_over(cells: Sequence[str], python: Sequence[str], magics: Sequence[str]) -> Iterator[str]:
    """A note on each cell that a magic takes away, and on each line that is no Python and may define names."""
    for number, (cell, left, magic) in enumerate(zip(cells, python, magics, strict=True), start=1):
        if magic:
            yield f"passed over cell {number}: {magic[:30]} is not run here; write the code in a plain cell"
        else:
            for line in left_out(cell, left):
                yield f"passed over {line} in cell {number}: it is not run here; write it as plain Python instead"


def _modules(candidates: list[Candidate], chosen: str, module: str) -> set[str]:
    """The candidates that the chosen file may import: "mcc_v2.py" beside "mcc.py".

    A copy, "mcc (1).py", has no name to import it by; under the exercise's own the chosen file would find itself.
    """
    home = chosen.removesuffix(chosen.rpartition("/")[2])
    inside = [path for _, path in candidates if path.startswith(home) and path.endswith(".py")]
    return {path for path in inside if _stem(path).isidentifier()} - {chosen, f"{home}{module}.py"}


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _unused(source: Source, candidates: list[Candidate], modules: set[str]) -> list[str]:
    """The candidates beside the chosen one that it does not name as modules, either."""
    stems = {_stem(path) for path in modules}
    named = {word[0] for cell in source.cells for word in re.finditer(r"\w+", cell) if word[0] in stems}
    used = {source.path, *(path for path in modules if _stem(path) in named)}
    return [path for _, path in candidates if path not in used]


def _worked(folder: Path, paths: list[str], stub: str) -> list[str]:
    """The files that are no untouched stubs; all of them where it would take long to know."""
    answers = _readings(folder, paths)
    return paths if answers is None else [path for path in paths if not _is_stub(answers[path], stub)]


def _with_name_notes(
    source: Source, candidates: list[Candidate], unused: list[str], exercise: str, module: str
) -> Source:
    script, notebook = f"{module}.py", f"{exercise}.ipynb"
    either = script if source.script else notebook
    meant = {Fit.PLAIN_SCRIPT: script, Fit.PLAIN_NOTEBOOK: notebook, Fit.DUPLICATE: either}
    how = next(how for how, path in candidates if path == source.path)
    if how in meant:
        source = _noted(source, f"read {quoted([source.path])} as {meant[how]}")
    return _noted(source, f"did not use {quoted(unused, 5)}") if unused else source


def _with_files(source: Source, folder: Path, entries: list[Entry], left_out: set[str], exercise: str) -> Source:
    files, cut = beside(folder, entries, source.path, left_out, exercise)
    source = replace(source, files=composed(files, source.cells))
    taken = [path for path in files if path == "grader.py" or (path.startswith("grader/") and path.endswith(".py"))]
    if taken:
        source = _noted(
            source, f"cannot import {quoted(taken, 1)}: the kit's own program is called grader. Rename it"
        )
    if not cut:
        return source
    limits = f"at most {COUNT_LIMIT} files and 25 MB are read"
    return _noted(source, f"took {len(files)} files beside it along and left {cut} out: {limits}")


def _noted(source: Source, note: str) -> Source:
    return replace(source, notes=(*source.notes, note))


def _nothing(entries: list[Entry], exercise: str, module: str) -> Missing | Refused:
    there = [entry for entry in entries if entry.kind != "folder" and not is_of_another(entry.path, exercise)]
    archives = [entry.path for entry in there if entry.path.casefold().endswith(ARCHIVES)]
    if archives:
        return Refused(f"{quoted(archives)} was not unpacked. Unpack it and hand in the files inside.")
    wanted = f"Found no {exercise}/{module}.py and no {exercise}.ipynb."
    if not entries:
        return Missing(f"{wanted} The folder is empty.")
    names = [entry.path if entry.kind == "file" else f"{entry.path} (a {entry.kind})" for entry in there]
    listed = f" These files were there, and none is plainly it: {quoted(names, 20)}." if names else ""
    return Missing(wanted + listed, _unplaced(entries, set(), exercise))


def _unplaced(entries: list[Entry], candidates: set[str], exercise: str) -> tuple[str, ...]:
    """The other files that may be the work of this exercise, by their names."""
    files = (entry.path for entry in entries if entry.kind == "file" and entry.path not in candidates)
    found = [path for path in files if may_be_of(path, exercise) and not is_of_another(path, exercise)]
    found.sort(key=lambda path: path.endswith(".py"))  # beside work that was read, scripts may be its modules
    return tuple(map(escaped, found[:_CANDIDATES_LIMIT]))


def _lines(text: str) -> list[str]:
    """The lines that do something, whole comments left out. Only a newline ends one, as in `_check_amount`."""
    return [line.rstrip() for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
