"""The mutants that are as right as the reference by the contract, as equivalent.toml lists them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from grader.exercise import Exercise
from tests.mutation.mutants import Mutant

LIST = Path(__file__).with_name("equivalent.toml")


def equivalent(item: Exercise) -> dict[Mutant, dict[str, str]]:
    """The listed mutants of an exercise, each with the `contract`'s line and the reason `why` it makes it equal."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8")).get(item.id, [])
    return {Mutant(item.id, entry["function"], entry["before"], entry["after"]): entry for entry in entries}
