"""Windows for plots, as on the student's own desktop."""

import copy

import matplotlib
import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch import nn
from torch.utils.data import DataLoader

matplotlib.use("TkAgg")


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    criterion = nn.CrossEntropyLoss()
    val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)

    def one_run(name):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = ProteinSolubilityClassifier()
            train_loader = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins)
            optimizer = make_optimizer(name, model.parameters())
            history = {"train_loss": [], "val_loss": []}
            for _ in range(epochs):
                model.train()
                total = 0
                for batch in train_loader:
                    def closure():
                        optimizer.zero_grad()
                        loss = criterion(model(batch["sequence"], batch["mask"]), batch["label"])
                        loss.backward()
                        return loss
                    total += float(optimizer.step(closure))
                history["train_loss"].append(total / len(train_loader))
                history["val_loss"].append(evaluate(model, val_loader, criterion, "cpu")[0])
            return history

    return {name: one_run(name) for name in ("sgd", "adam", "adamw")}

def plot_loss_curves(histories):
    matplotlib.use("QtAgg")
    plt.ion()
    fig, ax = plt.subplots(figsize=(8, 5))
    for name, history in histories.items():
        ax.plot(history["train_loss"], label=f"{name} train")
        ax.plot(history["val_loss"], linestyle="--", label=f"{name} val")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss")
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
