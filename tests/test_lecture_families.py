"""The split: whole families on one side, sizes near what was asked."""

import random
from typing import Any

import numpy as np
import pytest
import torch

from lecture import split_by_family


def families(seed: int, number: int, largest: int) -> list[str]:
    rng = random.Random(seed)
    names = [f"f{family}" for family in range(number) for _ in range(rng.randint(1, largest))]
    rng.shuffle(names)
    return names


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("number", [3, 4, 30])
def test_each_protein_is_in_one_part_and_each_family_whole(seed: int, number: int) -> None:
    names = families(seed, number, largest=9)
    parts = split_by_family(names, seed=seed)
    assert sorted(position for part in parts for position in part) == list(range(len(names)))
    assert all(part and part == sorted(part) for part in parts)
    owners = [{names[position] for position in part} for part in parts]
    assert sum(map(len, owners)) == number


@pytest.mark.parametrize("seed", range(20))
def test_sizes_are_within_half_a_family_of_what_was_asked(seed: int) -> None:
    names = families(seed, 60, largest=6)
    for part, fraction in zip(split_by_family(names, (0.6, 0.3, 0.1), seed), (0.6, 0.3, 0.1), strict=True):
        assert len(part) == pytest.approx(fraction * len(names), abs=3)


def test_families_may_be_numbers_in_an_array_or_a_tensor() -> None:
    numbers = [1, 2, 3, 1, 2, 3, 4, 4]
    array: Any = np.array(numbers)
    assert split_by_family(torch.tensor(numbers)) == split_by_family(array) == split_by_family(numbers)


def test_the_seed_decides() -> None:
    names = families(0, 40, largest=5)
    assert split_by_family(names) == split_by_family(names, seed=42)
    assert split_by_family(names, seed=1) != split_by_family(names, seed=2)


@pytest.mark.parametrize(
    ("names", "fractions", "message"),
    [
        ("aabb", (0.8, 0.1, 0.1), "2 families can't fill train and validation and test"),
        ("abcd", (0.8, 0.2, 0.2), "give three above 0 that add up to 1"),
        ("abcd", (0.9, 0.1, 0.0), "give three above 0 that add up to 1"),
    ],
)
def test_an_impossible_split_is_refused(names: str, fractions: tuple[float, float, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_by_family(names, fractions)
