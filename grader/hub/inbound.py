"""What lies in nbgrader's exchange and still belongs to its students: a folder that one of them may change while it
is copied, with links to what only the grader may read, or in somebody else's name."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import stat
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from grader.course import WIDTHLESS
from grader.submission.disk import FILE_LIMIT, PAUSES, listing, read_bytes
from grader.submission.source import UnreadableError

TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # as nbgrader names them
MARKS = 1000  # bytes, more than both have
EARLIEST = datetime(1970, 1, 1)  # UTC, without a zone
_SECRET = re.compile(rb"[0-9a-f]{128}")
_ACCOUNT = re.compile(r"\w[^*?[]{0,127}(?<!\s)")  # 128 characters are what nbgrader's gradebook has for it


def can_be_account(name: str) -> bool:
    """Whether an account may have this name; anybody can name a folder in the exchange.

    nbgrader's patterns stumble over line ends, take * for everybody, and pass over what begins with a dot.
    """
    return name.isprintable() and _ACCOUNT.fullmatch(name) is not None and can_be_shown(name)


def can_be_shown(name: str) -> bool:
    """Whether formgrader shows a name as one: its pages would run a program that is spelled in it, as whoever reads
    them, its buttons would act on somebody else whose address it spells, or nobody could tell it from another."""
    return not {*name} & {*'<>&"\\#%?/\N{BRAILLE PATTERN BLANK}'} and not WIDTHLESS.search(name)


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, no link to one; what has gone by now, or lets nobody look, is none."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def is_own(path: Path, student: str) -> bool:
    """Whether `path` is a folder, no link to one, and its owner is the student whose name it bears."""
    try:
        status = path.lstat()
        return stat.S_ISDIR(status.st_mode) and pwd.getpwuid(status.st_uid).pw_name == student
    except (KeyError, OSError):  # an owner without a name; a folder that has gone by now, or lets nobody look
        return False


def changed(path: Path) -> datetime:
    """When it was last changed (UTC, without a zone, as nbgrader has it); only the system can set this time.

    Of what has gone by now, or lets nobody look, nothing is known: it counts as older than all that is there.
    """
    try:
        return datetime.fromtimestamp(path.lstat().st_ctime, UTC).replace(tzinfo=None)
    except OSError:
        return EARLIEST


def last_changed(folder: Path) -> datetime:
    """The same of what lies in a folder, too; who writes into a file leaves the folder's own time as it was."""
    try:
        return max(map(changed, [folder, *folder.iterdir()]))
    except OSError:
        return changed(folder)


def can_be(handed_in: datetime | None) -> bool:
    """Whether anything can have been handed in then: since there are such clocks, and no later than now."""
    return handed_in is not None and EARLIEST <= handed_in <= datetime.now(UTC).replace(tzinfo=None)


def copy(source: Path, goal: Path, limit: int) -> list[str]:
    """Copy the regular files of a folder, `limit` bytes at most, and say what was left out, and why.

    nbgrader's two files are not taken from the student: bytes that are no text in one of them would end a command
    for the whole class. `mark` writes them.
    """
    goal.mkdir()
    try:
        entries = [] if source.is_symlink() else listing(source)
    except UnreadableError as problem:
        return [f"the folder {problem}"]
    left_out = ["the folder is a link"] if source.is_symlink() else []
    pauses = iter(PAUSES)  # for all of them, however many a program holds
    for entry in entries:
        if entry.kind == "folder" or entry.path.split("/")[0] in (TIMESTAMP, SECRET):
            continue
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in entry.path):
            left_out.append(f"{entry.path} has a name that a terminal might obey")
            continue
        try:
            content = read_bytes(source, entry.path, min(limit, FILE_LIMIT), pauses)
        except UnreadableError as problem:
            left_out.append(f"{entry.path} {problem}")
            continue
        limit -= len(content)
        (goal / entry.path).parent.mkdir(parents=True, exist_ok=True)
        (goal / entry.path).write_bytes(content)
    return left_out


def mark(source: Path, goal: Path, handed_in: datetime) -> None:
    """Write when a copied folder was handed in (UTC), and the secret by which its student finds the feedback.

    A secret that is none of nbgrader's is replaced: with it, no feedback would be found anyway.
    """
    (goal / TIMESTAMP).write_text(f"{handed_in:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
    try:
        secret = read_bytes(source, SECRET)
    except UnreadableError:
        secret = b""
    known = _SECRET.fullmatch(secret)
    (goal / SECRET).write_bytes(secret if known else os.fsencode(secrets.token_hex(64)))
