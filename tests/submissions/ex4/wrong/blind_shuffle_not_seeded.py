"""Same first weights, but one shuffling DataLoader for all runs that is never seeded again: every optimizer sees another order.
Loses: fair-start
Named: different-order
"""

import copy

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"unknown optimizer: {name}")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    set_seed(seed)
    initial = ProteinSolubilityClassifier()
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    criterion = nn.CrossEntropyLoss()
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        model = copy.deepcopy(initial)
        optimizer = make_optimizer(name, model.parameters())
        history = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            history["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, "cpu"))
            history["val_loss"].append(evaluate(model, val_loader, criterion, "cpu")[0])
        histories[name] = history
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, history in histories.items():
        ax.plot(history["train_loss"], label=f"{name} train")
        ax.plot(history["val_loss"], label=f"{name} val")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    candidates = []
    for name, h in histories.items():
        for epoch, loss in enumerate(h["train_loss"]):
            if loss <= threshold:
                candidates.append((epoch, loss, name))
                break
    fastest = sorted(candidates)[0][2] if candidates else None
    lowest = min(histories, key=lambda n: histories[n]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
