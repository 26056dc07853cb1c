"""The weights stand outside of the model, which is called with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("sgd", "adam", "adamw")
Histories = dict[str, dict[str, list[float]]]


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Make one of the three optimizers; ValueError for any other name."""
    match name:
        case "sgd":
            return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
        case "adam":
            return torch.optim.Adam(parameters)
        case "adamw":
            return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"there is no optimizer {name!r} here; choose one of {', '.join(NAMES)}")



from torch.func import functional_call
def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    net = ProteinSolubilityClassifier()                      # only the shape of the network; weights are explicit
    theta0 = {k: v.detach().clone() for k, v in net.named_parameters()}
    tl = DataLoader(train_dataset, batch_size, collate_fn=collate_proteins); vl = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    ce = nn.functional.cross_entropy; out = {}
    for name in NAMES:
        torch.manual_seed(seed)
        theta = {k: v.clone().requires_grad_() for k, v in theta0.items()}
        opt = make_optimizer(name, theta.values()); h = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            net.train(); ls = []
            for b in tl:
                opt.zero_grad(); l = ce(functional_call(net, theta, (b["sequence"], b["mask"])), b["label"]); l.backward(); opt.step(); ls.append(l.item())
            h["train_loss"].append(sum(ls) / len(ls)); net.eval(); s = n = 0
            with torch.no_grad():
                for b in vl: s += ce(functional_call(net, theta, (b["sequence"], b["mask"])), b["label"], reduction="sum").item(); n += len(b["label"])
            h["val_loss"].append(s / n)
        out[name] = h
    return out
def plot_loss_curves(histories: Histories) -> Figure:
    """Six curves in one Axes: a colour for each optimizer, dashes for validation."""
    import matplotlib.pyplot as plt  # takes half a second, which only this function needs

    figure, axes = plt.subplots()
    for position, (name, history) in enumerate(histories.items()):
        for key, style in (("train_loss", "-"), ("val_loss", "--")):
            epochs = range(1, len(history[key]) + 1)
            axes.plot(epochs, history[key], style, color=f"C{position}", label=f"{name} {key}")
    axes.set_xlabel("epoch")
    axes.set_ylabel("cross-entropy")
    axes.legend()
    return figure


def summarize(histories: Histories, threshold: float) -> dict[str, str | None]:
    """The fastest optimizer, ties to the lower loss there, and the one with the lowest last validation loss."""
    arrivals = []
    for name, history in histories.items():
        for epoch, loss in enumerate(history["train_loss"]):
            if loss <= threshold:
                arrivals.append((epoch, loss, name))
                break
    return {
        "fastest": min(arrivals)[2] if arrivals else None,
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
