"""An own training loop, deepcopy of one first model, a shuffle with its own seeded generator, means over batches, prints."""

import copy

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins

OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-3, "weight_decay": 0.01}),
}


def make_optimizer(name, parameters):
    if name.lower() not in OPTIMIZERS:
        raise ValueError(f"unknown optimizer {name!r}, use one of {list(OPTIMIZERS)}")
    cls, settings = OPTIMIZERS[name.lower()]
    return cls(parameters, **settings)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    first = ProteinSolubilityClassifier()
    result = {}
    for name in OPTIMIZERS:
        model = copy.deepcopy(first)
        optimizer = make_optimizer(name, model.parameters())
        g = torch.Generator()
        g.manual_seed(seed)
        train_loader = DataLoader(train_dataset, batch_size, shuffle=True, generator=g, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
        result[name] = {"train_loss": [], "val_loss": []}
        for epoch in range(epochs):
            model.train()
            losses = []
            for batch in train_loader:
                optimizer.zero_grad()
                loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            result[name]["train_loss"].append(sum(losses) / len(losses))

            model.eval()
            losses = []
            with torch.no_grad():
                for batch in val_loader:
                    loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                    losses.append(loss.item())
            result[name]["val_loss"].append(sum(losses) / len(losses))
            print(f"{name:6} epoch {epoch + 1}: {result[name]['train_loss'][-1]:.4f} {result[name]['val_loss'][-1]:.4f}")
    return result


def plot_loss_curves(histories):
    fig = plt.figure()
    plt.clf()
    colors = {"sgd": "tab:blue", "adam": "tab:orange", "adamw": "tab:green"}
    for name, h in histories.items():
        plt.plot(h["train_loss"], "-o", color=colors.get(name), label=f"{name} train")
        plt.plot(h["val_loss"], ":x", color=colors.get(name), label=f"{name} val")
    plt.xlabel("Epoch")
    plt.ylabel("Cross-entropy")
    plt.legend()
    plt.grid(True)
    return fig


def summarize(histories, threshold):
    reached = []
    for name, h in histories.items():
        for epoch, loss in enumerate(h["train_loss"]):
            if loss <= threshold:
                reached.append((epoch, loss, name))
                break
    return {
        "fastest": min(reached)[2] if reached else None,
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
