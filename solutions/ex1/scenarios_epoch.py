"""Hidden scenarios of exercise 1: an epoch, with a network of our own and the right loss in place of a student's.

They have a text of their own, the last: the box hands it on when all else has been told, so that whoever keeps the
right loss has nothing left to use it for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from grader.box.facts import plain
from grader.box.signatures import signature
from grader.exercises.ex1.scenarios import AMINO_ACIDS, CLASSES, Network
from lecture import collate_residues

Batch = dict[str, Tensor]


def right_loss(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """The masked mean, so that an epoch is judged by itself; written so that `torch.vmap` takes it, too."""
    losses = cross_entropy(logits.movedim(-1, 1), labels, reduction="none")
    return torch.where(mask == 1, losses, 0).sum() / (mask == 1).sum()


@contextmanager
def with_right_loss(module: ModuleType) -> Iterator[None]:
    """Let a student's epoch use the right loss where it calls its own as the exercise has it."""
    own = vars(module).get("masked_cross_entropy")
    vars(module)["masked_cross_entropy"] = standing_in(own)
    try:
        yield
    finally:
        if own is None:
            del vars(module)["masked_cross_entropy"]
        else:
            vars(module)["masked_cross_entropy"] = own


def standing_in(own: Callable[..., Any] | None) -> Callable[..., Any]:
    """What stands in for a student's own loss: a function for a function, which may be copied, saved and read."""
    stand_in = StandIn(own)
    if not isinstance(own, FunctionType):
        return stand_in

    @wraps(own)
    def function(*args: Any, **kwargs: Any) -> Any:
        return stand_in(*args, **kwargs)

    return function


class StandIn:
    """The right loss of the three arguments, whatever their names; a student's own where they are other ones.

    It has the names that the student's own has, which is called as well: an epoch may read what it notes.
    """

    def __init__(self, own: Callable[..., Any] | None) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self).get("own"), name)  # a copy that is being made has nothing yet

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.own is None:
            return right_loss(*args, **kwargs)
        if not are_per_residue(*(given := in_order(self.own, args, kwargs))):
            return self.own(*args, **kwargs)
        with torch.no_grad(), suppress(Exception):  # what is wrong with it is another row's matter
            self.own(*map(copy_of, args), **{name: copy_of(value) for name, value in kwargs.items()})
        return right_loss(*given)


def in_order(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of a call, in the order of the function's parameters; as they come where it names none."""
    try:
        return tuple(signature(function).bind(*args, **kwargs).arguments.values())
    except (TypeError, ValueError):
        return (*args, *kwargs.values())


def copy_of(value: Any) -> Any:
    """A tensor that may be changed in place, as a right loss marks what is padding."""
    return value.detach().clone() if isinstance(value, Tensor) else value


def are_per_residue(*given: Any) -> bool:
    """Whether three arguments are logits, labels and mask, as the exercise has them."""
    if len(given) != 3 or not all(isinstance(each, Tensor) for each in given):
        return False
    logits, labels, mask = given
    return logits.shape[:-1] == labels.shape == mask.shape


def epoch_batches(lengths: list[list[int]], seed: int = 7) -> list[Batch]:
    """Batches of proteins of these lengths, each padded to its longest; labels lean on the residue."""
    rng = np.random.default_rng(seed)
    return [batch_of(rng, row) for row in lengths]


def batch_of(rng: np.random.Generator, lengths: list[int]) -> Batch:
    """One padded batch, as the lecture's collate function makes it. Every fourth residue is an unknown one, a row
    of zeros: it counts as the others do."""
    items = []
    for length in lengths:
        codes = rng.integers(0, AMINO_ACIDS, length)
        one_hot = torch.tensor(np.eye(AMINO_ACIDS)[codes], dtype=torch.float32)
        one_hot[::4] = 0
        items.append(
            {
                "one_hot": one_hot,
                "labels": torch.tensor((codes + rng.integers(0, 2, length)) % CLASSES),
                "mask": torch.ones(length),
            }
        )
    return collate_residues(items)


def epoch(module: ModuleType, lengths: list[list[int]], lr: float, scale: float) -> dict[str, Any]:
    """One epoch of a network that arrives in evaluation mode, with plain SGD."""
    model = Network(scale).eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    with with_right_loss(module):
        mean = module.train_epoch(model, epoch_batches(lengths), optimizer)
    return {
        "mean": plain(mean),
        "weights": [plain(parameter) for parameter in model.parameters()],
        "training mode": all(model.modes),
        "ever in training mode": any(model.modes),
        "backward passes": len(model.modes),
    }


SMALL = 0.2  # of the logits: gradients so small that clipping at norm 1.0 changes nothing
LARGE = 5.0  # batches whose losses differ much
UNEVEN = [[5, 5], [9], [3, 3, 3], [12]]
PADDED = [[8, 1, 1], [4, 4], [9, 2, 1, 1]]

SCENARIOS = {
    "updates": partial(epoch, lengths=UNEVEN, lr=0.4, scale=SMALL),
    "mean": partial(epoch, lengths=UNEVEN, lr=0.0, scale=LARGE),
    "padded": partial(epoch, lengths=PADDED, lr=0.0, scale=LARGE),
}
