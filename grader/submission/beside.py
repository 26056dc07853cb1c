"""The files that a student handed in beside the one that is judged: own modules and small data."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from grader.submission.disk import ENVIRONMENT, FILE_LIMIT, PAUSES, Entry, read_bytes
from grader.submission.names import is_of_another
from grader.submission.source import UnreadableError

COUNT_LIMIT = 100

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
    exercise than `exercise` stays out. At most 100 files, 25 MB in all. A Mac may have taken the letters of a name
    apart, and finds the file by either name; so does a program here.
    """
    home = chosen.rpartition("/")[0]
    prefix = f"{home}/" if home else ""
    files = [entry.path for entry in entries if entry.kind == "file" and entry.path not in left_out]
    inside = [path.removeprefix(prefix) for path in files if path.startswith(prefix)]
    belonging = (path for path in inside if _belongs(path, exercise))
    wanted = sorted(belonging, key=lambda path: (not path.endswith(".py"), path))
    taken: dict[str, bytes] = {}
    read, room, pauses = 0, FILE_LIMIT, iter(PAUSES)  # for all of them, however many a program holds
    for path in wanted[:COUNT_LIMIT]:
        try:
            content = read_bytes(folder, prefix + path, room, pauses)
        except UnreadableError:  # counted as cut: it is not the file that is judged
            continue
        taken[path] = content
        taken.setdefault(unicodedata.normalize("NFC", path), content)
        read, room = read + 1, room - len(content)
    return taken, len(wanted) - read


def _belongs(path: str, exercise: str) -> bool:
    """A module or data, outside the folders of other exercises, of a name that is safe on every system."""
    safe = path.isprintable() and not set(path) & set("\\:")
    known = path.endswith(".py") or (path.casefold().endswith(_DATA) and path != ENVIRONMENT)
    return safe and known and not is_of_another(path, exercise)
