"""A student's folder for ex3, as the tests fill it, and what is found in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from grader.submission import Source, Submission, find

EX3, MODULE = "ex3", "gradient_accumulation"
STUB = '"""Exercise 3."""\n\nimport torch\n\n\ndef train_epoch():\n    raise NotImplementedError\n'
WORK = "def train_epoch():\n    return 1.0\n"
OTHER = "def train_epoch():\n    return 2.0\n"

Files = Mapping[str, str | bytes]


def notebook(*cells: str) -> str:
    """A notebook as Jupyter saves it, with these code cells."""
    code = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def written(folder: Path, files: Files) -> Path:
    """A student's folder that holds these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def found(tmp_path: Path, files: Files, student: str = "ada") -> Submission:
    """What `find` makes of these files for ex3."""
    return find(written(tmp_path / student, files), EX3, MODULE, STUB)


def source(tmp_path: Path, files: Files, student: str = "ada") -> Source:
    """The source that `find` makes of these files for ex3."""
    answer = found(tmp_path, files, student)
    assert isinstance(answer, Source), answer
    return answer
