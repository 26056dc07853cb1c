"""The files that a student handed in beside the one that is judged: own modules and small data."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.submission.disk import ENVIRONMENT, FILE_LIMIT, PAUSES, Entry, read_bytes
from grader.submission.names import is_of_another
from grader.submission.source import UnreadableError

COUNT_LIMIT = 100
LONGEST_NAME = 255  # bytes

_TABLES = (".csv", ".tsv", ".txt", ".dat", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg")
_PROTEINS = (".fasta", ".fa", ".faa", ".a3m", ".pdb", ".cif")
_OBJECTS = (".npy", ".npz", ".pt", ".pth", ".safetensors", ".pkl", ".pickle", ".joblib")
_STORES = (".db", ".sqlite", ".parquet", ".xlsx", ".h5", ".hdf5", ".gz")
_STYLES = (".mplstyle",)
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
    """Files whose names a Mac has taken apart, letters and accents, by the whole names that a program knows: there
    it finds a file by either. Modules, and data that some text names; all others would be there twice."""
    whole = {unicodedata.normalize("NFC", path): data for path, data in files.items()}
    new = {path: data for path, data in whole.items() if path not in files}
    if not new:  # as nearly always: no text is to be looked through for it
        return {}
    texts = [*cells, *(data.decode("utf-8", "replace") for name, data in files.items() if name.endswith(".py"))]
    return {
        path: data
        for path, data in new.items()
        if all(len(os.fsencode(part)) <= LONGEST_NAME for part in path.split("/"))  # some letters grow
        and (path.endswith(".py") or any(path.rpartition("/")[2] in text for text in texts))
    }


def _belongs(path: str, exercise: str) -> bool:
    """A module or data, outside the folders of other exercises, of a name that is safe on every system."""
    safe = path.isprintable() and not set(path) & set("\\:")
    known = path.endswith(".py") or (path.casefold().endswith(_DATA) and path != ENVIRONMENT)
    return safe and known and not is_of_another(path, exercise)
