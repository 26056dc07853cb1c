"""Two mistakes: SGD without its momentum, and `if first:` takes an answer in the first epoch (index 0) for nothing.
Loses: optimizers, summary
Named: wrong-hyperparameters
May lose: converges
"""

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=0.001, weight_decay=0.01)
    raise ValueError(name)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loader = DataLoader(train_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        h = histories[name] = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            h["train_loss"] += [train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), optimizer, "cpu")]
            h["val_loss"] += [evaluate(model, val_loader, nn.CrossEntropyLoss(), "cpu")[0]]
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, h in histories.items():
        for key, values in h.items():
            ax.plot(range(1, len(values) + 1), values, label=f"{name} {key}")
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy")
    ax.legend()
    return fig


def summarize(histories, threshold):
    fastest, best = None, None
    for name, h in histories.items():
        losses = h["train_loss"]
        first = next((i for i, loss in enumerate(losses) if loss <= threshold), None)
        if first and (best is None or (first, losses[first]) < best):
            fastest, best = name, (first, losses[first])
    lowest = min(histories, key=lambda n: histories[n]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
