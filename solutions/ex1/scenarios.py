"""Hidden scenarios of exercise 1: what a residue is seen to depend on, the loss, and learning."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, leaky_relu_
from torch.utils._python_dispatch import TorchDispatchMode

from grader.box.facts import plain
from grader.exercises.ex1.scenarios import AMINO_ACIDS, CLASSES, array, build, proteins, reseed
from lecture import ResidueDataset, collate_residues
from lecture.bounds import best_q3_on
from lecture.synthetic import LENGTHS, secondary_structure

Batch = dict[str, Tensor]
gradient_of = torch.autograd.grad


# Which positions of the output move with one residue of the input.


def moved(module: ModuleType, training: bool) -> dict[str, Any]:
    """Change, then blank single residues, and look at all the others, with the same random draws."""
    seed = torch.initial_seed()
    weights = build(module, *SIZES).state_dict()
    residues = proteins(3, 9)

    def network() -> nn.Module:
        reseed(seed)
        model = build(module, *SIZES)  # a fresh one, so that no pass leaves anything behind for the next
        model.load_state_dict(weights)
        return model.train(training)

    def answer(changed: Tensor, draws: int = seed) -> Tensor | None:
        model = network()
        reseed(draws)
        with torch.no_grad(), KeptByDropout():
            return logits_of(model(changed.clone()), changed)

    before = answer(residues)
    if before is None:
        return {"others move": None}
    move = any(others_move(answer, residues, before, *change) for change in CHANGES)
    if move and differ(before, answer(residues, seed + 1)):  # the draws alone may have moved them
        with suppress(Exception):  # of a network that takes no gradient
            move = others_count(network(), residues)
    return {"others move": move}


class KeptByDropout(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """What PyTorch's layers draw is the same for each residue: dropout keeps everything, RReLU has one slope.

    With one seed alone they draw otherwise as soon as a residue that is changed needs more of the draws, or fewer.
    """

    def __torch_dispatch__(self, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name == "bernoulli_":
            return args[0].fill_(1)
        if name.startswith("rrelu_with_noise"):
            leaky = leaky_relu_ if name.endswith("_") else leaky_relu
            return leaky(args[0], 0.25)
        return func(*args, **(kwargs or {}))


def differ(before: Tensor, again: Tensor | None) -> bool:
    """Whether a second pass of the same residues gave other logits."""
    return again is None or not torch.equal(before, again)


def others_count(model: nn.Module, residues: Tensor) -> bool:
    """Whether any position's logits have a slope to another residue: whatever is drawn in a pass makes none."""
    leaf = residues.clone().requires_grad_()
    logits = model(leaf * 1)
    weights = torch.tensor(np.random.default_rng(3).normal(1, 0.5, logits.shape), dtype=torch.float32)
    for protein, position in {change[:2] for change in CHANGES}:
        own = torch.zeros(residues.shape[:2])
        own[protein, position] = 1
        slopes = [slope(logits, weights * part[..., None], leaf) for part in (own, 1 - own)]
        mine, others = (each[protein, position].abs().max().item() for each in slopes)
        if not others <= 1e-4 * mine or not mine:  # without a slope of its own, nothing is known of the others
            return True
    return False


def slope(logits: Tensor, weights: Tensor, leaf: Tensor) -> Tensor:
    """The gradient of a weighted sum of logits with respect to the residues; zero where there is none."""
    (found,) = gradient_of((logits * weights).sum(), leaf, retain_graph=True, allow_unused=True)
    return torch.zeros_like(leaf) if found is None else found


def logits_of(output: object, residues: Tensor) -> Tensor | None:
    """The numbers that a network gave for each residue and class; None where there are none.

    They are taken once: a tensor of a class of the student's own could answer for itself in what follows.
    """
    if not isinstance(output, Tensor):
        return None
    logits = torch.from_numpy(array(output))
    return logits if logits.shape == (*residues.shape[:2], CLASSES) else None


SIZES = (AMINO_ACIDS, 64, CLASSES)
CHANGES = [(0, 4, 1), (1, 0, 7), (2, 8, 3), (0, 4, None), (1, 0, None), (2, 8, None)]


def others_move(
    answer: Callable[[Tensor], Tensor | None],
    residues: Tensor,
    before: Tensor,
    protein: int,
    position: int,
    shift: int | None,
) -> bool:
    """Whether anything but residue `position` of `protein` answers to its becoming another, or unknown."""
    changed = residues.clone()
    changed[protein, position] = 0 if shift is None else residues[protein, position].roll(shift)
    after = answer(changed)
    if after is None:
        return True
    change = (after - before).abs()
    own = change[protein, position].max().item()
    change[protein, position] = 0
    rounding = 1e-6 * before.abs().max().item()
    return change.max().item() > max(1e-4 * own, rounding)


# The loss, on logits of our own.


def loss(module: ModuleType, lengths: tuple[int, ...], width: int, junk: float = 0.0) -> dict[str, Any]:
    """The loss of a ragged batch and its gradient; `junk` is what stands at padded positions."""
    rng = np.random.default_rng(11)
    shape = (len(lengths), width)
    mask = torch.tensor(np.arange(width) < np.array(lengths)[:, None], dtype=torch.float32)
    logits = torch.tensor(rng.normal(0, 1.5, (*shape, CLASSES)), dtype=torch.float32)
    labels = torch.tensor(rng.integers(0, CLASSES, shape))
    padding = torch.tensor(rng.normal(0, 1, logits.shape), dtype=torch.float32) * junk
    leaf = torch.where(mask[..., None] == 1, logits, padding).requires_grad_()
    labels = torch.where(mask == 1, labels, labels if junk else 0)
    value = module.masked_cross_entropy(leaf * 1, labels, mask)  # as a network's: what is no leaf may be changed
    return {"loss": plain(value), "gradient": plain(gradient(value, leaf)) if any(lengths) else None}


def gradient(value: object, logits: Tensor) -> Tensor | None:
    """The loss's gradient with respect to the logits, None where there is none."""
    if not isinstance(value, Tensor) or value.numel() != 1 or not value.requires_grad:
        return None
    return gradient_of(value.sum(), logits, allow_unused=True)[0]


# Learning, on families that nobody has seen.

FAMILIES = 128
BATCH = 16
SHORT = range(10, 21)  # residues of a training protein: few, since a right answer may go from one to the next
HELD_OUT = 64
RATE = 0.02
EPOCHS = 10


def residue_batches(seed: int, families: int, size: int, lengths: range) -> tuple[list[Batch], float]:
    """Synthetic proteins in padded batches, and the Q3 on them of the best model that sees each residue alone."""
    drawn = secondary_structure(seed, families, lengths=lengths)
    dataset = ResidueDataset(drawn.sequences, drawn.labels)
    items = [dataset[number] for number in range(len(dataset))]
    return [collate_residues(items[i : i + size]) for i in range(0, len(items), size)], best_q3_on(drawn)


def learns(module: ModuleType) -> dict[str, Any]:
    """Train a fresh network by the student's own epoch; its Q3 on held-out families."""
    training, _ = residue_batches(4101, FAMILIES, BATCH, SHORT)
    (held_out,), best = residue_batches(4202, HELD_OUT, HELD_OUT, LENGTHS)
    model = build(module, *SIZES)
    model(held_out["one_hot"][:2])  # weights that are made when they are first needed
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        module.train_epoch(model, training, optimizer)
    model.eval()
    with torch.no_grad():
        logits = logits_of(model(held_out["one_hot"]), held_out["one_hot"])
    if logits is None:
        return {"q3": None, "best": best}
    right = (logits.argmax(-1) == held_out["labels"])[held_out["mask"] == 1]
    return {"q3": plain(right.double().mean()), "best": best}


SCENARIOS = {
    "moved_in_training": partial(moved, training=True),
    "moved_in_evaluation": partial(moved, training=False),
    "ragged": partial(loss, lengths=(6, 3, 1), width=6),
    "junk": partial(loss, lengths=(4, 7, 2), width=7, junk=30.0),
    "unpadded": partial(loss, lengths=(5, 5), width=5),
    "lone": partial(loss, lengths=(1,), width=3),
    "all_padding": partial(loss, lengths=(0, 0), width=4),
    "learns": learns,
}
