"""The tiny synthetic datasets, read from their CSV files."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Label = TypeVar("Label", int, str)


@dataclass(frozen=True)
class Proteins(Generic[Label]):
    """Proteins side by side: `sequences[i]` has `labels[i]` and belongs to `families[i]`."""

    sequences: list[str]
    labels: list[Label]
    families: list[str]

    def __len__(self) -> int:
        return len(self.sequences)

    def pick(self, positions: Iterable[int]) -> "Proteins[Label]":
        """The proteins at these positions, in this order."""
        rows = list(positions)
        return Proteins(
            [self.sequences[row] for row in rows],
            [self.labels[row] for row in rows],
            [self.families[row] for row in rows],
        )


def load_solubility() -> tuple[Proteins[int], Proteins[int], Proteins[int]]:
    """Training, validation and test proteins; label 1 is soluble, half of each part is.

    No family stands in two parts. `ProteinDataset(train.sequences, train.labels)` makes items of them.
    """
    return _parts("solubility", int)


def load_imbalanced_solubility() -> tuple[Proteins[int], Proteins[int], Proteins[int]]:
    """As `load_solubility`, but 90 % of each part is soluble (for exercise 5)."""
    return _parts("imbalanced_solubility", int)


def load_secondary_structure() -> tuple[Proteins[str], Proteins[str], Proteins[str]]:
    """Training, validation and test proteins; a label is a string of `H`, `E` and `C`, a letter a residue.

    No family stands in two parts. `ResidueDataset(train.sequences, train.labels)` makes items of them.
    """
    return _parts("secondary_structure", str)


def _parts(name: str, label: type[Label]) -> tuple[Proteins[Label], Proteins[Label], Proteins[Label]]:
    with (_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    proteins = Proteins(
        [row["sequence"] for row in rows],
        [label(row["label"]) for row in rows],
        [row["family"] for row in rows],
    )
    train, validation, test = (
        proteins.pick(number for number, row in enumerate(rows) if row["part"] == part)
        for part in ("train", "validation", "test")
    )
    return train, validation, test


def _folder() -> Path:
    """`lecture/datasets` in an installed wheel, `datasets` at the root of the repository."""
    installed = Path(__file__).parent / "datasets"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "datasets"
