"""The first weights are kept in a file, and each epoch reads them.

Loses: converges
Named: starts-over
"""

import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins

NAMES = ("sgd", "adam", "adamw")


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"unknown optimizer {name!r}")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    histories = {}
    for name in NAMES:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        order = torch.Generator().manual_seed(seed)
        train_loader = DataLoader(
            train_dataset, batch_size, shuffle=True, generator=order, collate_fn=collate_proteins
        )
        optimizer = make_optimizer(name, model.parameters())
        histories[name] = {"train_loss": [], "val_loss": []}
        torch.save(model.state_dict(), "first.pt")
        for _ in range(epochs):
            model.load_state_dict(torch.load("first.pt"))
            histories[name]["train_loss"].append(train_epoch(model, train_loader, optimizer))
            histories[name]["val_loss"].append(validate(model, val_loader))
    return histories


def train_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    for batch in loader:
        logits = model(batch["sequence"], batch["mask"])
        loss = nn.functional.cross_entropy(logits, batch["label"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


def validate(model, loader):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for batch in loader:
            logits = model(batch["sequence"], batch["mask"])
            total += nn.functional.cross_entropy(logits, batch["label"]).item()
    return total / len(loader)


def plot_loss_curves(histories):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    for name in histories:
        axes.plot(histories[name]["train_loss"], label=f"{name} training")
        axes.plot(histories[name]["val_loss"], label=f"{name} validation")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.legend()
    return figure


def summarize(histories, threshold):
    arrivals = []
    for name in histories:
        for epoch, loss in enumerate(histories[name]["train_loss"]):
            if loss <= threshold:
                arrivals.append((epoch, loss, name))
                break
    fastest = min(arrivals)[2] if arrivals else None
    lowest = min(histories, key=lambda name: histories[name]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
