"""JSON files that a later run takes over only if every byte is as an earlier one wrote it.

{"digest": "<SHA-256 of what is kept>", "kept": ...}
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from grader.results import OWNER, write_whole

OPENING, MIDDLE, END = '{"digest": "', '", "kept": ', "}\n"
BEGINNING = len(OPENING) + hashlib.sha256().digest_size * 2 + len(MIDDLE)


def write(path: Path, kept: Any) -> None:
    """Write what JSON can hold, for its owner alone: none of it is a student's to read. WriteError if the file
    cannot be written."""
    write_whole(path, sealed(json.dumps(kept, allow_nan=False)), OWNER)


def read(path: Path) -> Any:
    """What is kept in a file; None where there is no file, or one that somebody else wrote."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    body = text[BEGINNING : -len(END)]
    return json.loads(body) if text == sealed(body) else None


def read_if_possible(path: Path) -> Any:
    """The same; None as well where the file cannot be read: what it holds can be made anew."""
    try:
        return read(path)
    except OSError:
        return None


def sealed(body: str) -> str:
    """A text of JSON with its digest."""
    return f"{OPENING}{hashlib.sha256(body.encode()).hexdigest()}{MIDDLE}{body}{END}"
