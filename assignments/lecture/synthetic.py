"""Where the datasets come from: seeded protein families.

A family is a profile, one distribution of residues for each position. An ancestor is drawn from it;
each member keeps a residue of the ancestor or, with probability `MUTATION`, draws that position anew. So
relatives are alike, and yet every single protein follows the profile: that is why `lecture.bounds` is exact.

Only `random.Random.random` is used, the one stream that Python promises to keep for a seed, so that the
same seed gives the same proteins on every machine.
"""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

from lecture.alphabet import AMINO_ACIDS
from lecture.proteins import Label, Proteins

MUTATION = 0.3
LENGTHS = range(30, 61)

# How often each residue is seen in proteins, per thousand, and Chou and Fasman's propensities (1978) for
# helix (H), sheet (E) and turn (C, for coil), in hundredths.
_TABLE = """
      A   C   D   E   F   G   H   I   K   L   M   N   P   Q   R   S   T   V   W   Y
all  83  14  55  67  39  71  23  59  58  97  24  41  47  39  55  66  54  69  11  28
H   142  70 101 151 113  57 100 108 116 121 145  67  57 111  98  77  83 106 108  69
E    83 119  54  37 138  75  87 160  74 130 105  89  55 110  93  75 119 170 137 147
C    66 119 146  74  60 156  95  47 101  59  60 156 152  98  95 143  96  50  96 114
"""
_letters, *_rows = (line.split() for line in _TABLE.strip().splitlines())
PROPENSITIES = {name: dict(zip(_letters, map(int, numbers), strict=True)) for name, *numbers in _rows}
FREQUENCIES = PROPENSITIES.pop("all")

# A protein is runs of one structure after another; every length of a range is as likely as the others.
RUNS = {"H": range(5, 14), "E": range(3, 8), "C": range(2, 9)}
FOLLOWERS = {"H": "C", "E": "C", "C": "HE"}
# Of 24 residues: of four runs one is helix, one sheet and two coil, 9, 5 and 5 residues long in the mean.
SHARES = {"H": 9, "E": 5, "C": 10}

GROUPS = {"charged": "DEKR", "hydrophobic": "ACFILMVW", "other": "GHNPQSTY"}
# Percent of residues by group, for soluble (1) and insoluble (0) families.
MIXES = {
    1: {"charged": 28, "hydrophobic": 36, "other": 36},
    0: {"charged": 20, "hydrophobic": 40, "other": 40},
}
# An insoluble family has this many hydrophobic residues in a row, somewhere: it aggregates there.
STRETCH = 5

Option = TypeVar("Option")


class Residues:
    """A distribution over the twenty amino acids, made from weights."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        total = sum(weights.values())
        self.probability = {letter: weights.get(letter, 0) / total for letter in AMINO_ACIDS}
        self._bounds = list(accumulate(self.probability.values()))[:-1]

    def draw(self, rng: random.Random) -> str:
        return AMINO_ACIDS[bisect_right(self._bounds, rng.random())]


# On the propensities alone the best Q3 is 0.51, little above always saying coil; on their cubes, 0.70.
BY_STRUCTURE = {
    letter: Residues({residue: FREQUENCIES[residue] * hundredths**3 for residue, hundredths in table.items()})
    for letter, table in PROPENSITIES.items()
}


def _mixed(mix: Mapping[str, int]) -> Residues:
    weights = {}
    for group, percent in mix.items():
        total = sum(FREQUENCIES[residue] for residue in GROUPS[group])
        weights.update({residue: percent * FREQUENCIES[residue] / total for residue in GROUPS[group]})
    return Residues(weights)


BY_SOLUBILITY = {label: _mixed(mix) for label, mix in MIXES.items()}
HYDROPHOBIC = _mixed({"hydrophobic": 100})


def secondary_structure(seed: int, families: int, members: int = 1, lengths: range = LENGTHS) -> Proteins[str]:
    """`families * members` proteins, each labelled with a string of `H`, `E` and `C`, family after family.

    Members of a family share their structure. Each residue is helix, sheet or coil as often as
    `SHARES` says, wherever it stands, and drawn from `BY_STRUCTURE` of that structure.
    """
    rng = random.Random(seed)
    structures = [_structure(rng, _pick(rng, lengths)) for _ in range(families)]
    profiles = [[BY_STRUCTURE[letter] for letter in structure] for structure in structures]
    return _proteins(rng, profiles, structures, members)


def solubility(
    seed: int, families: int, members: int = 1, lengths: range = LENGTHS, soluble: float = 0.5
) -> Proteins[int]:
    """`families * members` proteins, each labelled 1 (soluble) or 0, family after family.

    Members of a family share their label. Of the first n families, for any n, `soluble * n` are soluble,
    rounded down. Soluble proteins carry more charge; insoluble ones hold a stretch of `STRETCH`
    hydrophobic residues. Raises `ValueError` where a length has no room for it, or `soluble` is no share.
    """
    if min(lengths) < STRETCH or not 0 <= soluble <= 1:
        raise ValueError(
            f"cannot make proteins of lengths {lengths} of which {soluble} are soluble; "
            f"give lengths of at least {STRETCH} and a share from 0 to 1"
        )
    rng = random.Random(seed)
    soluble_so_far = [int(round(number * soluble, 9)) for number in range(families + 1)]
    labels = [after - before for before, after in pairwise(soluble_so_far)]
    profiles = []
    for label in labels:
        profile = [BY_SOLUBILITY[label]] * _pick(rng, lengths)
        if not label:
            start = _pick(rng, range(len(profile) - STRETCH + 1))
            profile[start : start + STRETCH] = [HYDROPHOBIC] * STRETCH
        profiles.append(profile)
    return _proteins(rng, profiles, labels, members)


def _structure(rng: random.Random, length: int) -> str:
    # The protein is cut out of an endless one. Its first run is met with a probability in proportion to the
    # run's length, at any of its residues: this keeps `SHARES` true for the first residue as for the last.
    letter = _pick(rng, [letter for letter, share in SHARES.items() for _ in range(share)])
    structure = letter * _pick(rng, [left for run in RUNS[letter] for left in range(1, run + 1)])
    while len(structure) < length:
        letter = _pick(rng, FOLLOWERS[letter])
        structure += letter * _pick(rng, RUNS[letter])
    return structure[:length]


def _proteins(
    rng: random.Random, profiles: Sequence[Sequence[Residues]], labels: Sequence[Label], members: int
) -> Proteins[Label]:
    rows = [
        (sequence, label, f"family-{number:03}")
        for number, (profile, label) in enumerate(zip(profiles, labels, strict=True), start=1)
        for sequence in _family(rng, profile, members)
    ]
    return Proteins([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def _family(rng: random.Random, profile: Sequence[Residues], members: int) -> list[str]:
    ancestor = [residues.draw(rng) for residues in profile]
    return [
        "".join(
            residues.draw(rng) if rng.random() < MUTATION else kept
            for residues, kept in zip(profile, ancestor, strict=True)
        )
        for _ in range(members)
    ]


def _pick(rng: random.Random, options: Sequence[Option]) -> Option:
    return options[int(rng.random() * len(options))]
