"""Right: uses the lecture's train_one_epoch, evaluate and set_seed, with a shuffling DataLoader that is seeded anew for each optimizer."""

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch
from torch import nn
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)
    raise ValueError(f"unknown optimizer {name!r}")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    criterion = nn.CrossEntropyLoss()
    result = {}
    for name in ("sgd", "adam", "adamw"):
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        shuffler = torch.Generator().manual_seed(seed)
        train_loader = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins, generator=shuffler)
        val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
        train_loss, val_loss = [], []
        for _ in range(epochs):
            train_loss.append(train_one_epoch(model, train_loader, criterion, optimizer, "cpu"))
            val_loss.append(evaluate(model, val_loader, criterion, "cpu")[0])
        result[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return result


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, history in histories.items():
        epochs = range(1, len(history["train_loss"]) + 1)
        ax.plot(epochs, history["train_loss"], label=f"{name} training")
        ax.plot(epochs, history["val_loss"], linestyle="--", label=f"{name} validation")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    fastest, best = None, None
    for name, history in histories.items():
        for epoch, loss in enumerate(history["train_loss"]):
            if loss <= threshold:
                if best is None or (epoch, loss) < best:
                    best, fastest = (epoch, loss), name
                break
    lowest = min(histories, key=lambda name: histories[name]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
