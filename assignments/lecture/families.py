"""Splits that keep relatives together."""

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence

from torch import Tensor

_PARTS = ("train", "validation", "test")


def split_by_family(
    families: Sequence[Hashable] | Tensor,
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    seed: int = 42,
) -> tuple[list[int], list[int], list[int]]:
    """Positions of the training, validation and test proteins, each family whole on one side.

    `families` names the family (the cluster at, say, 30 % sequence identity) of each protein. Relatives on
    both sides would let a model pass by remembering (the note's section 1). Sizes come close to
    `fractions`, as far as whole families allow, and no part stays empty. Raises `ValueError` for fewer than
    three families, or for fractions that are not positive or don't add up to 1.
    """
    if isinstance(families, Tensor):  # equal elements of a tensor are not equal keys
        families = families.tolist()
    members: dict[Hashable, list[int]] = defaultdict(list)
    for position, family in enumerate(families):
        members[family].append(position)
    if len(members) < len(_PARTS):
        raise ValueError(f"{len(members)} families can't fill {' and '.join(_PARTS)}; give at least three")
    if min(fractions) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(f"the fractions are {fractions}; give three above 0 that add up to 1")

    groups = list(members.values())
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for left, group in zip(range(len(groups), 0, -1), groups, strict=True):
        empty = [number for number, part in enumerate(parts) if not part]
        candidates = empty if len(empty) == left else range(len(parts))
        neediest = max(candidates, key=lambda n: fractions[n] * len(families) - len(parts[n]))
        parts[neediest].extend(group)
    for part in parts:
        part.sort()
    return parts
