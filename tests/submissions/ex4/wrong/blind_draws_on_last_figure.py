"""plt.plot and plt.gcf(): a second call draws onto the figure of the first.
Loses: plot
Named: draws-on-old-figure
"""

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters, lr=1e-3)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)
    raise ValueError(f"{name} is not an optimizer")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        train_loss, val_loss = [], []
        for _ in range(epochs):
            train_loss.append(train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), optimizer, "cpu"))
            val_loss.append(evaluate(model, val_loader, nn.CrossEntropyLoss(), "cpu")[0])
        histories[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return histories


def plot_loss_curves(histories):
    for name, h in histories.items():
        plt.plot(h["train_loss"], label=f"{name} training loss")
        plt.plot(h["val_loss"], "--", label=f"{name} validation loss")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()
    return plt.gcf()


def summarize(histories, threshold):
    best = (float("inf"), float("inf"), None)
    for name, h in histories.items():
        for epoch, loss in enumerate(h["train_loss"]):
            if loss <= threshold:
                best = min(best, (epoch, loss, name), key=lambda b: b[:2])
                break
    lowest = min(histories, key=lambda name: histories[name]["val_loss"][-1])
    return {"fastest": best[2], "lowest_val_loss": lowest}
