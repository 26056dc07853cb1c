"""Wrong: one shuffling DataLoader with a seeded generator serves all three runs, so its state goes on and each optimizer sees another order.

Loses: fair-start
Named: different-order
"""
import copy

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch import nn
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(name)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    first_model = ProteinSolubilityClassifier()
    g = torch.Generator()
    g.manual_seed(seed)
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, generator=g, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    criterion = nn.CrossEntropyLoss()
    histories = {}
    for name in ["sgd", "adam", "adamw"]:
        model = copy.deepcopy(first_model)
        optimizer = make_optimizer(name, model.parameters())
        histories[name] = {"train_loss": [], "val_loss": []}
        for epoch in range(epochs):
            histories[name]["train_loss"].append(train_one_epoch(model, train_loader, criterion, optimizer, "cpu"))
            loss, _, _ = evaluate(model, val_loader, criterion, "cpu")
            histories[name]["val_loss"].append(loss)
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name in histories:
        ax.plot(histories[name]["train_loss"], label=name + " train")
        ax.plot(histories[name]["val_loss"], "--", label=name + " val")
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
    fastest = min(candidates)[2] if candidates else None
    return {"fastest": fastest, "lowest_val_loss": min(histories, key=lambda n: histories[n]["val_loss"][-1])}
