"""Archives in a learning platform's download: the download itself, and what students packed.

nbgrader unpacks all that is called an archive, and a damaged one ends the collecting for everybody. Here it is left
out with a warning, and what a student packed fills no more than the kit reads of a student.
"""

from __future__ import annotations

import errno
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path, PurePath
from typing import IO

from nbgrader.plugins import ExtractorPlugin
from traitlets import List

from grader.hub.downloads import marks_in
from grader.submission.disk import (
    DEPTH_LIMIT,
    ENTRY_LIMIT,
    ENVIRONMENT,
    ENVIRONMENTS_OWN,
    FILE_LIMIT,
    MEGABYTE,
    is_nobodys_work,
    passed_over,
)
from grader.submission.names import ARCHIVES
from grader.submission.source import UnreadableError, escaped, quoted

Parts = tuple[str, ...]
"""A name in an archive, part by part."""
Member = tuple[Parts, int, Callable[[], IO[bytes]]]
"""A file in an archive: its name, its size, and what opens it."""

# These come first: what else was packed must take no room of theirs.
_WORK = (".ipynb", ".py")
# Of other kinds, a small file may become an endless one before any bound is seen; ordinary programs make none.
_COMPRESSED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a name can cause. All else, a full disk say, is no student's fault, and ends the command.
_OF_NAMES = {errno.EEXIST, errno.EILSEQ, errno.EINVAL, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOTDIR}
_BOUNDS = (
    f"{FILE_LIMIT // MEGABYTE} MB of one student are unpacked, {DEPTH_LIMIT} folders deep, under names a disk takes"
)


@dataclass
class Room:
    """How much may still be unpacked below a folder: bytes, and files; and which of an archive's files are."""

    top: Path
    size: float
    count: float
    wanted: Callable[[list[Member]], Iterable[Member]]


class Unpack(ExtractorPlugin):
    """For `nbgrader zip_collect`: unpacks a download, and what students packed; a bad archive ends nothing."""

    zip_ext = List(list(ARCHIVES), help="How the names of archives end, in small letters.").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Lay all files of a folder into another. An archive is the download, unless it bears a platform's mark.

        One that bears a mark and holds some may be either, and is left out: as the download, a student's would be
        everybody's work, and as a student's, the download would be that of one.
        """
        self.source, self.goal = Path(archive_path), Path(extracted_path)
        for path in files_below(self.source):
            name = path.relative_to(self.source)
            folder = self.folder(self.goal / name)
            if folder and not marks_in(folder.relative_to(self.goal)):
                self.lay_out(path, folder, Room(folder, inf, inf, of_a_download))
            elif folder and not marks_in(name.parent) and holds_marks(path):
                words = "left out, both its own name and names in it bear a platform's mark"
                self.log.warning("%s: %s. If it is the download, give it another name", escaped(str(path)), words)
            else:
                (self.goal / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, self.goal / name)
        for path in files_below(self.goal):
            if folder := self.folder(path):
                self.unpack(path, folder, Room(folder, FILE_LIMIT, ENTRY_LIMIT, of_a_student))

    def folder(self, path: Path) -> Path | None:
        """Where an archive is unpacked: beside it, in a folder of its name; None if its name is no archive's."""
        ending = next(filter(path.name.lower().endswith, self.zip_ext), "")
        return path.with_name(path.name[: -len(ending)]) if ending and not passed_over(path.name) else None

    def unpack(self, archive: Path, folder: Path, room: Room) -> None:
        """Unpack what a student packed, and the archives in it."""
        for path in self.lay_out(archive, folder, room):
            if inner := self.folder(path):
                self.unpack(path, inner, room)

    def lay_out(self, archive: Path, folder: Path, room: Room) -> list[Path]:
        """Lay the files of one archive into a folder, and warn of what was left out."""
        laid: list[Path] = []
        left_out: list[str] = []
        try:
            with archive.open("rb") as file:
                for path, content in contents(file, folder, room):
                    if content is not None and written(path, content):
                        laid.append(path)
                    else:
                        left_out.append(str(path.relative_to(folder)))
        except UnreadableError as problem:
            self.warn(archive, folder, str(problem))
        if left_out:
            self.warn(archive, folder, f"was not unpacked whole: at most {_BOUNDS}. Left out: {quoted(left_out)}")
        return laid

    def warn(self, archive: Path, folder: Path, problem: str) -> None:
        """Say what is wrong with an archive, and where a person can lay what is wanted of it."""
        place = escaped(str(self.source / folder.relative_to(self.goal)))
        advice = f"If the exercise is in it, put its notebook into {place}/ and collect again with --force"
        self.log.warning("%s %s. %s", escaped(str(archive)), escaped(problem), advice)


def files_below(folder: Path) -> list[Path]:
    """All files in a folder, in an order that does not depend on the disk."""
    return sorted(filter(Path.is_file, folder.rglob("*")))


def holds_marks(archive: Path) -> bool:
    """Whether names in an archive bear a platform's mark. Of a damaged one, what is found up to there counts."""
    try:
        with archive.open("rb") as file:
            return any(marks_in(PurePath(*parts)) for parts, _, _ in members(file))
    except Exception:  # all kinds, see `contents`: unpacking it will tell
        return False


def of_a_download(found: list[Member]) -> Iterator[Member]:
    """What is unpacked of a download. A platform's own folder may begin with a dot, as a person's name may."""
    for member in found:
        *folders, name = member[0] or ("",)
        judged = [folder for folder in folders if not marks_in(PurePath(folder))]
        if not any(map(passed_over, [*judged, name])):
            yield member


def of_a_student(found: list[Member]) -> Iterator[Member]:
    """What is unpacked of what a student packed: what would be looked at in a student's folder."""
    environments = {parts[:-1] for parts, _, _ in found if parts[-1:] == (ENVIRONMENT,)}
    for member in found:
        parts = member[0]
        own = [place for place, name in enumerate(parts[:DEPTH_LIMIT]) if name.casefold() in ENVIRONMENTS_OWN]
        within = any(parts[:place] in environments for place in own)
        if not within and not any(map(is_nobodys_work, parts)):
            yield member


def parts_of(name: str) -> Parts:
    """The parts of a name in an archive, as they are on the disk."""
    return tuple(escaped(part) for part in re.split(r"[/\\]", name) if part not in ("", ".", ".."))


def rank(parts: Parts) -> int:
    """Where a file stands among an archive's: notebooks first, then scripts, then all else."""
    name = "".join(parts[-1:]).casefold()
    return next((place for place, ending in enumerate(_WORK) if name.endswith(ending)), len(_WORK))


def contents(file: IO[bytes], folder: Path, room: Room) -> Iterator[tuple[Path, bytes | None]]:
    """Where each file of an archive belongs, and its content; None where there is no room for it.

    Raises UnreadableError where the archive is damaged, or holds too many files.
    """
    try:
        for parts, size, opened in room.wanted(members(file)):
            room.count -= 1
            if room.count < 0:
                raise UnreadableError(f"holds more than {ENTRY_LIMIT:,} files")
            path = folder.joinpath(*parts)
            shallow = len(path.relative_to(room.top).parts) <= DEPTH_LIMIT
            content = opened().read(size) if shallow and 0 <= size <= min(room.size, FILE_LIMIT) else None
            room.size -= len(content or b"")
            yield path, content
    except UnreadableError:
        raise
    except Exception as error:  # of damaged archives, the standard library raises all kinds
        raise UnreadableError(f"could not be unpacked whole ({error})") from error


def members(file: IO[bytes]) -> list[Member]:
    """The files in a zip, by rank; links in it are files to its reader, and hold where they lead.

    Raises UnreadableError for an archive of another kind: a tar can hang the reader that there is for it.
    """
    if not zipfile.is_zipfile(file):
        raise UnreadableError("is no zip, or a damaged one")
    archive = zipfile.ZipFile(file)  # the file stays open: it is its opener's
    infos = [info for info in archive.infolist() if not info.is_dir()]
    found = [(parts_of(info.filename), info.file_size, partial(opening, archive, info)) for info in infos]
    return sorted(found, key=lambda member: rank(member[0]))


def opening(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file in a zip. Raises UnreadableError where that could have no end."""
    if info.compress_type not in _COMPRESSED:
        raise UnreadableError("is compressed in a way that is not read here")
    return archive.open(info)


def written(path: Path, content: bytes) -> bool:
    """Write a file, and say whether its name could be had: it may be too long, or another's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        if error.errno not in _OF_NAMES:
            raise
        return False
    return True
