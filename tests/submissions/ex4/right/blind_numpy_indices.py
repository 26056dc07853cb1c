"""A NumPy person's version: permutations from default_rng instead of a DataLoader, losses weighted by hand, pandas plot."""

import numpy as np
import pandas as pd
import torch
from torch import nn

from lecture import ProteinSolubilityClassifier, collate_proteins

NAMES = ("sgd", "adam", "adamw")


def make_optimizer(name, parameters):
    try:
        factory = {
            "sgd": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
            "adam": lambda p: torch.optim.Adam(p),
            "adamw": lambda p: torch.optim.AdamW(p, lr=0.001, weight_decay=0.01),
        }[name]
    except KeyError:
        raise ValueError(f"no optimizer {name}") from None
    return factory(parameters)


def _batch(dataset, indices):
    return collate_proteins([dataset[int(i)] for i in indices])


def _loss(model, batch, reduction="mean"):
    return nn.functional.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"], reduction=reduction)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    out = {}
    n, m = len(train_dataset), len(val_dataset)
    for name in NAMES:
        torch.manual_seed(seed)
        rng = np.random.default_rng(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        curves = np.zeros((epochs, 2))
        for epoch in range(epochs):
            model.train()
            order = rng.permutation(n)
            for start in range(0, n, batch_size):
                rows = order[start : start + batch_size]
                loss = _loss(model, _batch(train_dataset, rows))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                curves[epoch, 0] += loss.item() * len(rows) / n
            model.eval()
            with torch.no_grad():
                for start in range(0, m, batch_size):
                    rows = range(start, min(start + batch_size, m))
                    curves[epoch, 1] += _loss(model, _batch(val_dataset, rows), "sum").item() / m
        out[name] = {"train_loss": curves[:, 0].tolist(), "val_loss": curves[:, 1].tolist()}
    return out


def plot_loss_curves(histories):
    table = pd.DataFrame({f"{name} {part}": h[part] for name, h in histories.items() for part in ("train_loss", "val_loss")})
    table.index += 1
    ax = table.plot(xlabel="epoch", ylabel="loss", legend=True)
    return ax.figure


def summarize(histories, threshold):
    names = list(histories)
    train = np.array([histories[n]["train_loss"] for n in names])
    last = np.array([histories[n]["val_loss"][-1] for n in names])
    below = train <= threshold
    fastest = None
    if below.any():
        epoch = np.flatnonzero(below.any(axis=0))[0]
        column = np.where(below[:, epoch], train[:, epoch], np.inf)
        fastest = names[int(column.argmin())]
    return {"fastest": fastest, "lowest_val_loss": names[int(last.argmin())]}
