"""The labels of training and validation are exchanged in the figure.

Loses: plot
"""
import copy
import random
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
import matplotlib.pyplot as plt
from lecture import ProteinSolubilityClassifier, collate_proteins, train_one_epoch, evaluate

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"unknown optimizer {name}")

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    crit = nn.CrossEntropyLoss()
    out = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        g = torch.Generator().manual_seed(seed)
        tl = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, generator=g, collate_fn=collate_proteins)
        vl = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        opt = make_optimizer(name, model.parameters())
        h = {"train_loss": [], "val_loss": []}
        for epoch in range(epochs):
            model.train()
            total = n = 0
            for b in tl:
                opt.zero_grad()
                loss = crit(model(b["sequence"], b["mask"]), b["label"])
                loss.backward()
                opt.step()
                total += loss.item() * len(b["label"])
                n += len(b["label"])
            h["train_loss"].append(total / n)
            model.eval()
            total = n = 0
            with torch.no_grad():
                for b in vl:
                    loss = crit(model(b["sequence"], b["mask"]), b["label"])
                    total += loss.item() * len(b["label"])
                    n += len(b["label"])
            h["val_loss"].append(total / n)
        out[name] = h
    return out

def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, h in histories.items():
        ax.plot(range(1, len(h["train_loss"]) + 1), h["train_loss"], label=f"{name} val")
        ax.plot(range(1, len(h["val_loss"]) + 1), h["val_loss"], "--", label=f"{name} train")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return fig

def summarize(histories, threshold):
    best = None
    for name, h in histories.items():
        for i, loss in enumerate(h["train_loss"]):
            if loss <= threshold:
                if best is None or (i, loss) < best[:2]:
                    best = (i, loss, name)
                break
    return {"fastest": best[2] if best else None,
            "lowest_val_loss": min(histories, key=lambda n: histories[n]["val_loss"][-1])}
