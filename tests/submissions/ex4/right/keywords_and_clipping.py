"""Called by keywords, clipped as in the note, a mean over proteins, losses rounded to four digits."""

import copy

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch import nn
from torch.utils.data import DataLoader

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def _epoch(model, loader, optimizer=None):
    training = optimizer is not None
    model.train(training)
    total = torch.tensor(0.0)
    count = 0
    with torch.set_grad_enabled(training):
        for batch in loader:
            logits = model(mask=batch["mask"], sequence=batch["sequence"])
            loss = nn.functional.cross_entropy(logits, batch["label"], reduction="sum")
            if training:
                optimizer.zero_grad()
                (loss / len(logits)).backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
                optimizer.step()
            total += loss.detach()
            count += len(logits)
    return round((total / count).item(), 4)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    out = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        loader = DataLoader(train_dataset, batch_size, True, collate_fn=collate_proteins,
                            generator=torch.Generator().manual_seed(seed))
        val = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
        optimizer = make_optimizer(name, model.parameters())
        train_loss, val_loss = [], []
        for _ in range(epochs):
            train_loss.append(_epoch(model, loader, optimizer))
            val_loss.append(_epoch(model, val))
        out[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return out

def plot_loss_curves(histories):
    fig, ax = plt.subplots(figsize=(8, 5))
    for name, history in histories.items():
        ax.plot(history["train_loss"], label=f"{name} train")
        ax.plot(history["val_loss"], linestyle="--", label=f"{name} val")
    fig.supxlabel("Epoch")
    fig.supylabel("Loss")
    ax.legend()
    return fig

def summarize(histories, threshold):
    fastest, best_epoch, best_loss = None, None, None
    for name, history in histories.items():
        for epoch, loss in enumerate(history["train_loss"]):
            if loss <= threshold:
                if fastest is None or epoch < best_epoch or (epoch == best_epoch and loss < best_loss):
                    fastest, best_epoch, best_loss = name, epoch, loss
                break
    lowest = min(histories, key=lambda n: histories[n]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
