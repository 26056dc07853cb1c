"""Inside the box: a student's network traced from input to output, and its probabilities.

What the network is made of is the student's choice, so facts about it are counts, widths and yes or no.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.jit import ScriptModule

from grader.box.facts import plain
from grader.box.trace import Trace

AMINO_ACIDS = 20
CLASSES = 3
DROPOUT = "dropout_of_the_check"
HALF = 2e-3  # of a probability: more than any float of 16 bits is off by
Numbers = np.ndarray[Any, Any]
same_draws = torch.manual_seed  # taken before a submission can put something else in its place


def reseed(seed: int) -> None:
    """The same random draws from here on, whichever library draws them."""
    random.seed(seed)
    np.random.seed(seed)
    same_draws(seed)


def build(module: ModuleType, *sizes: int) -> nn.Module:
    """A student's network, with weights from the seed that the observer has set."""
    model: nn.Module = module.SecondaryStructureMLP(*sizes)
    return model


def proteins(batch: int, length: int, seed: int = 1, letters: int = AMINO_ACIDS) -> Tensor:
    """Random proteins as one-hot rows, (batch, length, letters) float32."""
    codes = np.random.default_rng(seed).integers(0, letters, (batch, length))
    return torch.tensor(np.eye(letters)[codes], dtype=torch.float32)


class Network(nn.Module):
    """A small per-residue network with weights in closed form, the same on every machine.

    For each backward pass `modes` tells whether the network was in training mode on the way forward. The class is
    not with the hidden scenarios, so that a student's epoch may save it to a file, which names it.
    """

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.inner = nn.Sequential(nn.Linear(AMINO_ACIDS, 4), nn.Tanh(), nn.Linear(4, CLASSES))
        self.modes: list[bool] = []
        with torch.no_grad():
            for parameter in self.parameters():
                positions = torch.arange(parameter.numel(), dtype=torch.float32)
                parameter.copy_((torch.sin(1.7 * positions + parameter.dim()) / 3).view_as(parameter))

    def forward(self, one_hot: Tensor) -> Tensor:
        output: Tensor = self.inner(one_hot) * self.scale
        if output.requires_grad:
            training = self.training
            output.register_hook(lambda _: self.modes.append(training))  # type: ignore[no-untyped-call]
        return output


def shape(module: ModuleType) -> dict[str, Any]:
    """What comes out of the network for batches of several sizes."""
    model = build(module, AMINO_ACIDS, 64, CLASSES).eval()
    outputs = [model(proteins(*size)) for size in ((2, 5), (1, 1), (4, 1), (1, 33), (3, 8))]
    return {
        "shapes": [list(o.shape) if isinstance(o, Tensor) else plain_type(o) for o in outputs],
        "dtypes": [str(o.dtype) if isinstance(o, Tensor) else plain_type(o) for o in outputs],
    }


def plain_type(value: object) -> str:
    """The name of a type that was not expected."""
    return f"<{type(value).__name__}>"


def traced(module: ModuleType, sizes: Iterable[int], in_features: int) -> dict[str, Any]:
    """One pass through the network in evaluation mode, operation by operation."""
    model = build(module, *sizes).eval()
    values = proteins(3, 5, letters=in_features)
    model(values)  # a first pass, for weights that are made when they are first needed
    trace = Trace(model, values)
    with trace:
        output = model(values)
    return trace.facts(output)


def layers(module: ModuleType) -> dict[str, Any]:
    """The chain of products in a network of unusual widths."""
    return traced(module, (13, 24, 7), 13)


def defaults(module: ModuleType) -> dict[str, Any]:
    """The chain of products in the network that is made without arguments."""
    return traced(module, (), AMINO_ACIDS)


def probabilities(module: ModuleType) -> dict[str, Any]:
    """A student's predictions for a student's network, which drops half of its input in training."""
    model = build(module, AMINO_ACIDS, 64, CLASSES)
    residues = proteins(3, 7)
    model.eval()
    logits, others = logits_twice(model, residues)
    drop_input(model)
    model.train()
    reseed(1)
    first = module.predict_probabilities(model, residues)
    graph = isinstance(first, Tensor) and first.requires_grad
    model.train()
    reseed(2)
    second = module.predict_probabilities(model, residues)
    predicted, again = array(first), array(second)
    return {
        "forward sums": sums_to_one(logits),
        "forward steady": same(logits, others),
        "shape": list(predicted.shape),
        "sums": sums_to_one(predicted),
        "odd": least_like_probabilities(predicted),
        "argmax": same_winners(logits, predicted),
        "graph": graph,
        "logits": same(predicted, logits, atol=1e-5),
        "softmax": same(predicted, softmax(logits), atol=HALF),
        "steady": same(predicted, again),
    }


def logits_twice(model: nn.Module, residues: Tensor) -> tuple[Numbers, Numbers]:
    """What a network makes of the same residues in two passes, each with its own random draws."""
    reseed(1)
    with torch.no_grad():
        first = array(model(residues))
        reseed(2)
        return first, array(model(residues))


def softmax(logits: Numbers) -> Numbers:
    """The softmax of logits over their last dimension, the classes."""
    return array(torch.from_numpy(logits).softmax(-1)) if logits.ndim == 3 else np.empty(0)


def same(values: Numbers, others: Numbers, atol: float = 1e-6) -> bool:
    """Whether two arrays are the same but for rounding."""
    return values.shape == others.shape and bool(np.allclose(values, others, atol=atol))


def least_like_probabilities(predicted: Numbers) -> list[float] | None:
    """The numbers of the residue that are negative or far from summing to 1; None where all residues' are fine."""
    if predicted.ndim != 3 or not predicted.size or "classes" in sums_to_one(predicted):
        return None
    off = np.abs(predicted.sum(-1) - 1) - 2 * predicted.min(-1).clip(max=0)
    odd: list[float] = plain(predicted.reshape(-1, predicted.shape[-1])[off.argmax()])
    return odd


def drop_input(model: nn.Module) -> None:
    """Give a network a dropout layer in front: one that is on shows, whatever the network is made of.

    It hangs below a module without children: a network may go through its own children one by one. A module in
    TorchScript takes no other; where there is no place at all, the network's own mode tells whether to drop.
    """
    leaves = [each for each in model.modules() if not [*each.children()]]
    for leaf in [leaf for leaf in leaves if not isinstance(leaf, ScriptModule)][:1]:
        leaf.add_module(DROPOUT, nn.Dropout(0.5).train(model.training))
    nn.Module.register_forward_pre_hook(model, dropped, with_kwargs=True)  # TorchScript has its own, which refuses


def dropped(network: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What a network gets, its input dropped by the layer that it has: a copy of it, or one from a file, has its
    own."""
    own = (each for name, each in network.named_modules() if name.endswith(DROPOUT))
    dropout = next(own, nn.Dropout(0.5).train(network.training))
    if args:
        return (dropout(args[0]), *args[1:]), kwargs
    return args, {name: dropout(value) if isinstance(value, Tensor) else value for name, value in kwargs.items()}


def array(value: object) -> Numbers:
    """Numbers as an array, empty where a value is no array of numbers."""
    try:
        return np.asarray(plain(value), dtype=float)
    except (TypeError, ValueError):
        return np.empty(0)


def sums_to_one(values: Numbers) -> list[str]:
    """The dimensions along which non-negative values sum to 1 everywhere."""
    names = ("batch", "length", "classes")
    if values.ndim != len(names) or not values.size or not np.isfinite(values).all() or values.min() < -1e-6:
        return []
    return [name for axis, name in enumerate(names) if np.allclose(values.sum(axis), 1, atol=1e-4)]


def same_winners(logits: Numbers, predicted: Numbers) -> bool:
    """Whether the likeliest class is the largest logit's, wherever that is larger by more than rounding."""
    if logits.ndim != 3 or logits.shape != predicted.shape:
        return False
    second, first = np.sort(logits, axis=-1)[..., -2:].transpose(2, 0, 1)
    return bool((logits.argmax(-1) == predicted.argmax(-1))[first - second > 1e-4].all())


def on_device(module: ModuleType, device: str) -> dict[str, Any]:
    """Probabilities, loss and the weights after one epoch: on the CPU, and on a device."""
    seed = torch.initial_seed()
    seen = {}
    for name, place_to_run in (("cpu", "cpu"), ("device", device)):
        reseed(seed)  # the same weights in both places
        seen[name] = all_parts(module, place_to_run)
    return seen


def all_parts(module: ModuleType, device: str) -> dict[str, Any]:
    """Every function of the exercise, run once where the model and the batch are; dropout stays off."""
    model = build(module, AMINO_ACIDS, 64, CLASSES).eval()
    batch = {
        "one_hot": proteins(2, 6),
        "labels": torch.tensor([[0, 1, 2, 0, 1, 2], [2, 1, 0, 0, 0, 0]]),
        "mask": torch.tensor([[1.0] * 6, [1.0] * 3 + [0.0] * 3]),
    }
    model(batch["one_hot"])  # weights that are made when they are first needed, made on the CPU
    batch = {key: value.to(device) for key, value in batch.items()}
    model.to(device)
    logits = model(batch["one_hot"])
    probabilities = module.predict_probabilities(model, batch["one_hot"])
    loss = module.masked_cross_entropy(logits, batch["labels"], batch["mask"])
    line = nn.Linear(AMINO_ACIDS, CLASSES)
    with torch.no_grad():
        line.weight.copy_(torch.linspace(-0.5, 0.5, line.weight.numel()).view_as(line.weight))
        line.bias.zero_()
    line.to(device)
    mean = module.train_epoch(line, [batch], torch.optim.SGD(line.parameters(), lr=0.1))
    return {
        "probabilities": plain(probabilities),
        "loss": plain(loss),
        "mean": plain(mean),
        "weights": plain(line.weight),
    }


SCENARIOS = {
    "shape": shape,
    "layers": layers,
    "defaults": defaults,
    "probabilities": probabilities,
    "gpu": partial(on_device, device="cuda"),
}
