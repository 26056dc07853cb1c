"""Wrong: SGD is made with nesterov=True, a setting that the table does not name and that must keep its default.

Loses: optimizers
Named: wrong-hyperparameters
"""
import copy

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from lecture import ProteinSolubilityClassifier, collate_proteins
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9, nesterov=True)
    if name == "adam":
        return torch.optim.Adam(parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"Unknown optimizer: {name}")


def _epoch(model, loader, optimizer=None):
    model.train(optimizer is not None)
    total = count = 0
    with torch.set_grad_enabled(optimizer is not None):
        for batch in loader:
            loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * batch["label"].numel()
            count += batch["label"].numel()
    return total / count


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    template = ProteinSolubilityClassifier()
    train_loader = DataLoader(train_dataset, batch_size, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        model = copy.deepcopy(template)
        optimizer = make_optimizer(name, model.parameters())
        train_loss, val_loss = [], []
        for _ in range(epochs):
            train_loss.append(_epoch(model, train_loader, optimizer))
            val_loss.append(_epoch(model, val_loader))
        histories[name] = dict(train_loss=train_loss, val_loss=val_loss)
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, history in histories.items():
        ax.plot(history["train_loss"], label=f"{name} training loss")
        ax.plot(history["val_loss"], label=f"{name} validation loss")
    ax.set_xlabel("epoch")
    ax.set_ylabel("cross-entropy")
    ax.legend()
    return fig


def summarize(histories, threshold):
    times = {}
    for name, history in histories.items():
        for key in enumerate(history["train_loss"]):
            if key[1] <= threshold:
                times[name] = key
                break
    return {
        "fastest": min(times, key=times.get) if times else None,
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
