"""One generator shuffles for all three runs, one after another.

Loses: fair-start
Named: different-order
"""
import copy

import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch


def make_optimizer(name, parameters):
    settings = {
        "sgd": {"lr": 0.01, "momentum": 0.9},
        "adam": {},
        "adamw": {"lr": 1e-3, "weight_decay": 0.01},
    }
    if name not in settings:
        raise ValueError(f"no such optimizer: {name}")
    classes = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return classes[name](parameters, **settings[name])


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    first = ProteinSolubilityClassifier()
    generator = torch.Generator().manual_seed(seed)
    train = DataLoader(train_dataset, batch_size, shuffle=True, generator=generator, collate_fn=collate_proteins)
    val = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    criterion = nn.CrossEntropyLoss()

    histories = {}
    for name in ("sgd", "adam", "adamw"):
        model = copy.deepcopy(first)
        optimizer = make_optimizer(name, model.parameters())
        train_loss, val_loss = [], []
        for _ in range(epochs):
            train_loss.append(train_one_epoch(model, train, criterion, optimizer, "cpu"))
            val_loss.append(evaluate(model, val, criterion, "cpu")[0])
        histories[name] = dict(train_loss=train_loss, val_loss=val_loss)
    return histories


def plot_loss_curves(histories):
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot(111)
    for name, history in histories.items():
        axes.plot(history["train_loss"], label=f"{name}, training")
        axes.plot(history["val_loss"], label=f"{name}, validation")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.legend()
    return figure


def summarize(histories, threshold):
    arrivals = [
        min((epoch, loss, name) for epoch, loss in enumerate(h["train_loss"]) if loss <= threshold)
        for name, h in histories.items()
        if min(h["train_loss"]) <= threshold
    ]
    return {
        "fastest": min(arrivals)[-1] if arrivals else None,
        "lowest_val_loss": min((h["val_loss"][-1], name) for name, h in histories.items())[1],
    }
