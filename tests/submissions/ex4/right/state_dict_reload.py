"""One model object for all runs, set back to a copy of its first state; proteins in their own order."""

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

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    model = ProteinSolubilityClassifier()
    start = copy.deepcopy(model.state_dict())
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
    loss_function = nn.CrossEntropyLoss()
    result = {}
    for name in ("adamw", "adam", "sgd"):
        model.load_state_dict(start)
        opt = make_optimizer(name, model.parameters())
        tl, vl = [], []
        for _ in range(epochs):
            model.train()
            running, n = 0.0, 0
            for b in train_loader:
                opt.zero_grad()
                loss = loss_function(model(b["sequence"], mask=b["mask"]), b["label"])
                loss.backward()
                opt.step()
                running += loss.item() * b["label"].size(0)
                n += b["label"].size(0)
            tl.append(running / n)
            model.eval()
            running, n = 0.0, 0
            with torch.no_grad():
                for b in val_loader:
                    loss = loss_function(model(b["sequence"], mask=b["mask"]), b["label"])
                    running += loss.item() * b["label"].size(0)
                    n += b["label"].size(0)
            vl.append(running / n)
        result[name] = {"train_loss": tl, "val_loss": vl}
    return result

def plot_loss_curves(histories):
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
