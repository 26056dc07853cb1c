"""Inside the box: the scenarios of an exercise, each under many seeds, in the one process of a submission.

The text of this module travels behind the scenarios' own (see `seeds.py`), so that a program is loaded once
for many seeds and nothing forks for a seed. Each seed starts as in a grading: the process is settled and seeded.
"""

from __future__ import annotations

import pickle
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

from grader.box.observer import observe, settle
from grader.box.texts import Scenario

Place = tuple[Any, str]

# Of each global generator: where it is seeded, and its state.
GENERATORS: dict[Place, Callable[[], Any]] = {
    (random, "seed"): random.getstate,
    (np.random, "seed"): lambda: pickle.dumps(np.random.get_state()),
    (torch, "manual_seed"): lambda: torch.get_rng_state().tolist(),
}


def looks(modules: Iterable[str], names: Iterable[str], asked: str, seeds: Sequence[int]) -> dict[str, Scenario]:
    """Scenarios that look at some of `modules`' own: `under` each of the seeds, or whether each `draws`."""
    every = {name: scenario for module in modules for name, scenario in sys.modules[module].SCENARIOS.items()}
    own = {name: every[name] for name in names}
    if asked == "draws":
        return {f"{name} draws": partial(draws, name, scenario, seeds) for name, scenario in own.items()}
    return {f"{name} {seed}": partial(under, scenario, seed) for name, scenario in own.items() for seed in seeds}


def under(scenario: Scenario, seed: int, module: ModuleType) -> dict[str, Any]:
    """What a scenario sees under a seed, within the limits of any scenario."""
    settle(seed)
    return scenario(module)


def draws(name: str, scenario: Scenario, seeds: Sequence[int], module: ModuleType) -> dict[str, Any]:
    """Whether the seed shows in what a scenario sees, and whether it reaches what the scenario draws."""
    seen, drawn = [], []
    for seed in seeds:
        trail = Trail()
        seen.append(observe(name, trail.follow(scenario), module, seed))
        drawn.append(trail)
    return {
        "shows": any(one != seen[0] for one in seen),
        "reaches": any(trail.moved or trail.seeds != drawn[0].seeds for trail in drawn),
    }


class Trail:
    """The ways on which the box's seed may reach what a scenario draws.

    A generator that is drawn from before it is seeded anew has `moved`; a new seed, of which `seeds` holds all,
    may be made from the box's.
    """

    def __init__(self) -> None:
        self.moved = False
        self.seeds: list[str] = []
        self.fresh: dict[Place, Any] = {}  # the state of each generator that was not yet seeded anew

    def follow(self, scenario: Scenario) -> Scenario:
        """A scenario that does the same and leaves its trail here."""

        def followed(module: ModuleType) -> dict[str, Any]:
            self.fresh = {place: state() for place, state in GENERATORS.items()}
            with ExitStack() as stack:
                for place in GENERATORS:
                    stack.callback(self.look, place)
                    stack.enter_context(patch.object(*place, self.noting(place)))
                return scenario(module)

        return followed

    def noting(self, place: Place) -> Callable[..., Any]:
        """A generator's `seed` function that notes its use."""
        own = getattr(*place)

        def seed(*new: Any, **named: Any) -> Any:
            self.look(place)
            self.seeds.append(f"{place[1]} {new} {named}")
            return own(*new, **named)

        return seed

    def look(self, place: Place) -> None:
        """Note whether a generator was drawn from, unless it was seeded anew before."""
        if place in self.fresh and GENERATORS[place]() != self.fresh.pop(place):
            self.moved = True
