"""The files that a student handed in beside the one that is judged: own modules and small data."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.submission.disk import ENVIRONMENT, FILE_LIMIT, PAUSES, Entry, read_bytes
from grader.submission.names import is_of_another
from grader.submission.source import UnreadableError

COUNT_LIMIT = 100
_LONGEST_NAME = 255  # bytes, as most file systems take
_COMPARED = 500_000_000  # bytes that are looked through for names, which takes a second

_TABLES = (".csv", ".tsv", ".txt", ".dat", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg")
_PROTEINS = (".fasta", ".fa", ".faa", ".a3m", ".pdb", ".cif")
_OBJECTS = (".npy", ".npz", ".pt", ".pth", ".safetensors", ".pkl", ".pickle", ".joblib")
_STORES = (".db", ".sqlite", ".parquet", ".xlsx", ".h5", ".hdf5", ".gz")
_STYLES = (".mplstyle",)
_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")  # control characters, bytes that are no text, and ends of lines
_DATA = (*_TABLES, *_PROTEINS, *_OBJECTS, *_STORES, *_STYLES)


def beside(
    folder: Path, entries: list[Entry], chosen: str, left_out: set[str], exercise: str
) -> tuple[dict[str, bytes], int]:
    """The files in the folder of `chosen` and below, path -> content, modules first; and how many were cut.

    `entries` are those of `folder`; `left_out` are answers that none imports. What lies in the folder of another
    exercise than `exercise` stays out. At most 100 files, 25 MB in all.
    """
    home = chosen.rpartition("/")[0]
    prefix = f"{home}/" if home else ""
    files = [entry.path for entry in entries if entry.kind == "file" and entry.path not in left_out]
    inside = [path.removeprefix(prefix) for path in files if path.startswith(prefix)]
    belonging = (path for path in inside if _belongs(path, exercise))
    wanted = sorted(belonging, key=lambda path: (not path.endswith(".py"), path))
    taken: dict[str, bytes] = {}
    room, pauses = FILE_LIMIT, iter(PAUSES)  # for all of them, however many a program holds
    for path in wanted[:COUNT_LIMIT]:
        try:
            taken[path] = read_bytes(folder, prefix + path, room, pauses)
        except UnreadableError:  # counted as cut: it is not the file that is judged
            continue
        room -= len(taken[path])
    return taken, len(wanted) - len(taken)


def composed(files: Mapping[str, bytes], cells: Sequence[str]) -> dict[str, bytes]:
    """Files by the names that a program knows. A Mac takes letters and accents apart, and finds a file by either:
    here it has its whole name, so that who looks into a folder sees it once, and another where a text has that."""
    if all(map(str.isascii, files)):  # as nearly always: no text is to be looked through for it
        return dict(files)
    parts = 2 * sum(not part.isascii() for path in files for part in path.split("/"))
    texts, room = [], _COMPARED // parts
    for text in [*(cell.encode("utf-8", "replace") for cell in cells), *files.values()]:  # code before data
        if not text.isascii() and len(text) <= room:
            texts.append(text)
            room -= len(text)
    found: dict[str, bytes] = {}
    for path, data in files.items():
        whole = "/".join(map(_together, path.split("/")))
        name = path if whole in files or whole in found else whole
        found[name] = data
        for other in (path, unicodedata.normalize("NFD", path)):
            is_free = other not in found and (other == path or other not in files)
            if is_free and _is_held(other, texts):
                found[other] = data
    return found


def _is_held(path: str, texts: Sequence[bytes]) -> bool:
    """Whether some text holds a part of a path that has more letters than English, and it may be a file's."""
    parts = [part.encode() for part in path.split("/") if not part.isascii()]
    return all(len(part) <= _LONGEST_NAME for part in parts) and any(
        part in text for part in parts for text in texts
    )


def _together(name: str) -> str:
    """A name with its letters and accents put together, which makes it shorter: there are some that never are."""
    whole = unicodedata.normalize("NFC", name)
    return whole if len(whole.encode()) < len(name.encode()) else name


def _belongs(path: str, exercise: str) -> bool:
    """A module or data, outside the folders of other exercises, whose name is text in one line, and no path."""
    safe = not any(unicodedata.category(character) in _NO_TEXT for character in path) and "\\" not in path
    known = path.endswith(".py") or (path.casefold().endswith(_DATA) and path != ENVIRONMENT)
    return safe and known and not is_of_another(path, exercise)
