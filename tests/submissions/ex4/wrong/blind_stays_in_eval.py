"""model.train() is called once, before the first epoch; after the first validation the model trains in evaluation mode.
Loses: validation
Named: trains-in-eval-mode
"""

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins


def make_optimizer(name, parameters):
    optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    settings = {"sgd": {"lr": 0.01, "momentum": 0.9}, "adam": {}, "adamw": {"lr": 1e-3, "weight_decay": 0.01}}
    if name not in optimizers:
        raise ValueError("unknown optimizer")
    return optimizers[name](parameters, **settings[name])


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    results = {}
    for name in ["sgd", "adam", "adamw"]:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loader = DataLoader(
            train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins, generator=torch.Generator().manual_seed(seed)
        )
        val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
        train_losses, val_losses = [], []
        model.train()
        for epoch in range(epochs):
            total, n = 0.0, 0
            for batch in train_loader:
                optimizer.zero_grad()
                loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(batch["label"])
                n += len(batch["label"])
            train_losses.append(total / n)
            model.eval()
            total, n = 0.0, 0
            with torch.no_grad():
                for batch in val_loader:
                    loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                    total += loss.item() * len(batch["label"])
                    n += len(batch["label"])
            val_losses.append(total / n)
        results[name] = {"train_loss": train_losses, "val_loss": val_losses}
    return results


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name in histories:
        for key in ("train_loss", "val_loss"):
            ax.plot(range(1, len(histories[name][key]) + 1), histories[name][key], label=f"{name} {key}")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    best = None
    for name, h in histories.items():
        hits = [(e, l) for e, l in enumerate(h["train_loss"]) if l <= threshold]
        if hits and (best is None or hits[0] < best[0]):
            best = (hits[0], name)
    lowest = min(histories, key=lambda k: histories[k]["val_loss"][-1])
    return {"fastest": best[1] if best else None, "lowest_val_loss": lowest}
