"""Write the data files beside this one, the same bytes everywhere: `python datasets/generate.py [FOLDER]`."""

import csv
import sys
from pathlib import Path

from lecture.proteins import Proteins
from lecture.synthetic import secondary_structure, solubility

MEMBERS = 4
# Families by part; their order is the files' order. Tens, so that each part is 90 % soluble exactly.
PARTS = {"train": 40, "validation": 10, "test": 10}


def write(folder: Path) -> None:
    """Write the three CSV files into the folder."""
    families = sum(PARTS.values())
    _write(folder / "secondary_structure.csv", secondary_structure(2026, families, MEMBERS))
    _write(folder / "solubility.csv", solubility(2027, families, MEMBERS))
    _write(folder / "imbalanced_solubility.csv", solubility(2028, families, MEMBERS, soluble=0.9))


def _write(path: Path, proteins: Proteins[int] | Proteins[str]) -> None:
    parts = [part for part, families in PARTS.items() for _ in range(families * MEMBERS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["part", "family", "sequence", "label"])
        rows.writerows(zip(parts, proteins.families, proteins.sequences, proteins.labels, strict=True))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
