"""The optimizer holds the weights of a copy.

Loses: converges
Named: weights-never-change
"""
import copy
from types import SimpleNamespace

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins


def make_optimizer(name, parameters):
    for known, build in (
        ("sgd", lambda: torch.optim.SGD(parameters, lr=0.01, momentum=0.9)),
        ("adam", lambda: torch.optim.Adam(parameters)),
        ("adamw", lambda: torch.optim.AdamW(parameters, lr=0.001, weight_decay=0.01)),
    ):
        if known == name:
            return build()
    raise ValueError(f"unknown: {name}")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    template = ProteinSolubilityClassifier()
    train = DataLoader(train_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    val = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)

    # prepare all three runs first
    runs = {}
    for name in ("sgd", "adam", "adamw"):
        optimizer = make_optimizer(name, template.parameters())
        model = copy.deepcopy(template)
        runs[name] = SimpleNamespace(model=model, optimizer=optimizer, train_loss=[], val_loss=[])

    for run in runs.values():
        for _ in range(epochs):
            run.model.train()
            total = 0.0
            for b in train:
                run.model.zero_grad()
                run.optimizer.zero_grad()
                loss = F.cross_entropy(run.model(b["sequence"], b["mask"]), b["label"])
                loss.backward()
                run.optimizer.step()
                total += loss.item() * len(b["label"])
            run.train_loss.append(total / len(train_dataset))

            run.model.eval()
            total = 0.0
            with torch.no_grad():
                for b in val:
                    total += F.cross_entropy(run.model(b["sequence"], b["mask"]), b["label"]).item() * len(b["label"])
            run.val_loss.append(total / len(val_dataset))
    return {name: {"train_loss": run.train_loss, "val_loss": run.val_loss} for name, run in runs.items()}


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name in histories:
        for key in ("train_loss", "val_loss"):
            ax.plot(histories[name][key], label=f"{key} of {name}")
    ax.set(xlabel="epoch", ylabel="cross-entropy")
    ax.legend()
    return fig


def summarize(histories, threshold):
    reached = {}
    for name in histories:
        steps = [(i, l) for i, l in enumerate(histories[name]["train_loss"]) if l <= threshold]
        if steps:
            reached[name] = min(steps)
    return {
        "fastest": min(reached, key=reached.get, default=None),
        "lowest_val_loss": min(histories, key=lambda n: histories[n]["val_loss"][-1]),
    }
