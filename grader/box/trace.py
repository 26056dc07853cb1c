"""Inside the box: which products with parameters a network has from input to output, and what lies between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

INPUT = -1
Reached = dict[int, bool]  # products that come directly before -> has something nonlinear happened since?

# Where an operation's two factors stand among its arguments.
FACTORS = {
    "mm": (0, 1), "bmm": (0, 1), "mv": (0, 1), "dot": (0, 1), "matmul": (0, 1), "linear": (0, 1),
    "convolution": (0, 1), "mkldnn_convolution": (0, 1), "sparse_addmm": (1, 2),
    "addmm": (1, 2), "addmv": (1, 2), "baddbmm": (1, 2), "addbmm": (1, 2),
}  # fmt: skip

# Operations, beside views, that turn a sum of inputs into the sum of their outputs.
LINEAR = {
    "squeeze", "unsqueeze", "transpose", "t", "unsafe_view", "reshape_alias", "clone", "to_copy", "copy",
    "cat", "stack", "index", "gather", "index_select", "repeat", "constant_pad_nd", "flip", "roll", "add",
    "sub", "rsub", "neg", "sum", "mean", "lerp", "native_dropout", "native_batch_norm",
    "cudnn_batch_norm", "native_batch_norm_legit", "native_batch_norm_legit_no_training",
    "batch_norm_with_update", "slice_scatter", "select_scatter", "index_put", "index_copy", "scatter",
    "im2col", "col2im", "avg_pool1d", "avg_pool2d",
}  # fmt: skip

# Operations that are linear in what they choose from or scale: a mask of the input alone is no activation.
MASKING = {"where", "masked_fill", "mul", "div"}


def bends(name: str, factors: int) -> bool:
    """Whether an operation is an activation after a product that `factors` of its inputs come after."""
    if name in MASKING:
        return factors > 1 and name in ("mul", "div")
    return name not in LINEAR


@dataclass
class Product:
    """Products with one weight matrix at one place of the chain, in one piece or in many."""

    before: Reached
    pieces: dict[object, tuple[int, int]] = field(default_factory=dict)

    @property
    def widths(self) -> list[int]:
        """From how many features to how many. A matrix may be used column by column, or row by row."""
        rows, columns = zip(*self.pieces.values(), strict=True)
        if len(rows) > 1 and set(rows) == {1}:
            return [sum(rows), columns[0]]
        return [rows[0], sum(columns)]


class Trace(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows an input through a model by the memory its values lie in, so that views need no care."""

    def __init__(self, model: nn.Module, source: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.products: list[Product] = []
        self.numbers: dict[tuple[frozenset[int], frozenset[int]], int] = {}
        self.reached: dict[int, Reached] = {place(source): {INPUT: False}}
        self.roots = {place(weight): frozenset([place(weight)]) for weight in model.parameters()}
        self.kept: list[Any] = [source]  # memory that is alive is not given to another tensor

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        results = func(*args, **(kwargs or {}))
        self.kept.append((args, kwargs, results))
        inputs = tensors((args, kwargs))
        values = [tensor for tensor in inputs if place(tensor) in self.reached]
        weights = [tensor for tensor in inputs if place(tensor) in self.roots]
        name = func.overloadpacket.__name__.strip("_")  # in-place and private forms do the same
        if values and not name.endswith("_like") and not name.startswith("new_"):
            reached = self.follow("copy" if func.is_view else name, args, values)
            for result in tensors(results):
                merge(self.reached.setdefault(place(result), {}), reached)
        elif weights:
            roots = frozenset().union(*(self.roots[place(weight)] for weight in weights))
            self.roots.update({place(result): roots for result in tensors(results)})
        return results

    def follow(self, name: str, args: Any, values: list[Tensor]) -> Reached:
        """Which products the results of an operation come directly after."""
        factors = self.factors(name, args)
        if factors is not None:
            value, weight, widths = factors
            reached = {self.product(self.reached[place(value)], weight, widths): False}
            added = [other for other in values if name.startswith("add") and other is args[0]]
            for other in added:
                merge(reached, self.reached[place(other)])
            return reached
        before = [self.reached[place(value)] for value in values]
        shared = Counter(number for reached in before for number in reached)
        reached = {}
        for each in before:
            merge(reached, {number: since or bends(name, shared[number]) for number, since in each.items()})
        return reached

    def factors(self, name: str, args: Any) -> tuple[Tensor, Tensor, tuple[int, int]] | None:
        """The value and the weight that an operation multiplies and sums over features, if it does."""
        if name == "mul":
            pair = args[:2]
        elif name in FACTORS:
            pair = [args[position] for position in FACTORS[name]]
        else:
            return None
        if not all(isinstance(factor, Tensor) for factor in pair):
            return None
        for value, weight in (pair, pair[::-1]):
            if place(value) in self.reached and place(weight) in self.roots:
                widths = widths_of(name, value, weight, weight is pair[0], args)
                return None if widths is None else (value, weight, widths)
        return None

    def product(self, before: Reached, weight: Tensor, widths: tuple[int, int]) -> int:
        """The number of a product; the same for all pieces of a matrix at one place of the chain."""
        key = (self.roots[place(weight)], frozenset(before))
        number = self.numbers.setdefault(key, len(self.products))
        if number == len(self.products):
            self.products.append(Product(before={}))
        merge(self.products[number].before, before)
        self.products[number].pieces[(weight.storage_offset(), tuple(weight.shape))] = widths
        return number

    def facts(self, output: object) -> dict[str, Any]:
        """How many products stand on the way to the output, the longest chain of them, and its widths."""
        reached = self.reached.get(place(output), {}) if isinstance(output, Tensor) else {}
        chain = self.longest(reached)
        links = pairwise(chain)
        return {
            "matrices": len(self.on_the_way(reached, set())),
            "chain": len(chain),
            "nonlinear": [self.products[after].before[before] for before, after in links],
            "first": self.products[chain[0]].widths if chain else None,
            "last": self.products[chain[-1]].widths[1] if chain else None,
        }

    def longest(self, reached: Reached) -> list[int]:
        """The longest chain of products that ends right here."""
        chains = [[*self.longest(self.products[n].before), n] for n in reached if n != INPUT]
        return max(chains, key=len, default=[])

    def on_the_way(self, reached: Reached, seen: set[int]) -> set[int]:
        """All products that have a part in a value."""
        for number in reached.keys() - seen - {INPUT}:
            seen.add(number)
            self.on_the_way(self.products[number].before, seen)
        return seen


def place(tensor: Tensor) -> int:
    """Where a tensor's values lie; views of it lie there, too. Those of a sparse one lie in several places."""
    return tensor.untyped_storage().data_ptr() if tensor.layout == torch.strided else id(tensor)


def tensors(tree: Any) -> list[Tensor]:
    """All tensors in the arguments or the results of an operation."""
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]


def merge(reached: Reached, more: Reached) -> None:
    """Add what comes before on another way; one nonlinear way is enough."""
    for number, bent in more.items():
        reached[number] = reached.get(number, False) or bent


def widths_of(name: str, value: Tensor, weight: Tensor, left: bool, args: Any) -> tuple[int, int] | None:
    """From how many features to how many a product goes; None for a scaling of each feature by itself."""
    if name == "mul":
        return broadcast_widths(value, weight)
    if "convolution" in name:
        turned = len(args) > 6 and args[6] is True
        rows, columns = (0, 1) if turned else (1, 0)
        whole = weight.shape[rows] == 1  # the features lie along the length: one kernel spans them all
        return prod(weight.shape[2:]) if whole else weight.shape[rows], weight.shape[columns]
    if weight.dim() == 1:
        return weight.shape[0], 1
    if left or name == "linear":
        return weight.shape[-1], weight.shape[-2]
    return weight.shape[-2], weight.shape[-1]


def broadcast_widths(value: Tensor, weight: Tensor) -> tuple[int, int] | None:
    """The widths of a product that is written as a broadcast multiplication with a sum to follow."""
    real = [dim for dim in range(-weight.dim(), 0) if weight.shape[dim] > 1 and weight.stride(dim)]
    wide = [dim for dim in real if not spans(value, dim)]
    if not wide and len(real) < 2:
        return None
    columns = prod(weight.shape[dim] for dim in wide or real[-1:])
    return prod(weight.shape[dim] for dim in real) // columns, columns


def spans(value: Tensor, dim: int) -> bool:
    """Whether a tensor has values of its own along a dimension, counted from the last."""
    return value.dim() >= -dim and value.shape[dim] > 1 and value.stride(dim) != 0
