"""Pictures of the rows with a threshold: right solutions, wrong ones, and the threshold between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.luck.rows import Fate


def draw(row: str, right: Sequence[Fate], wrong: Sequence[Fate]) -> None:
    """later"""
    import json
    Path(f"/tmp/lk/{row}.json").write_text(json.dumps([[[str(f.answer.path), f.numbers] for f in p] for p in (right, wrong)]))
