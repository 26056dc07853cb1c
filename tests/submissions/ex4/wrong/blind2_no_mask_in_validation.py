"""Wrong: the mask is given to the model in training, but forgotten in validation.

Loses: validation
Named: no-mask
"""
import torch
import matplotlib.pyplot as plt
from lecture import ProteinSolubilityClassifier, collate_proteins
from torch.nn import CrossEntropyLoss
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError("Unknown optimizer: " + name)


def train(model, loader, criterion, optimizer):
    model.train()
    total, n = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        outputs = model(batch["sequence"], batch["mask"])
        loss = criterion(outputs, batch["label"])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch["label"])
        n += len(batch["label"])
    return total / n


@torch.no_grad()
def validate(model, loader, criterion):
    model.eval()
    total, n = 0.0, 0
    for batch in loader:
        outputs = model(batch["sequence"])
        loss = criterion(outputs, batch["label"])
        total += loss.item() * len(batch["label"])
        n += len(batch["label"])
    return total / n


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    results = {}
    for name in ["sgd", "adam", "adamw"]:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        criterion = CrossEntropyLoss()
        train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
        tr, va = [], []
        for epoch in range(epochs):
            tr.append(train(model, train_loader, criterion, optimizer))
            va.append(validate(model, val_loader, criterion))
        results[name] = {"train_loss": tr, "val_loss": va}
    return results


def plot_loss_curves(histories):
    fig, ax = plt.subplots(figsize=(7, 4))
    for name, h in histories.items():
        ax.plot(range(1, len(h["train_loss"]) + 1), h["train_loss"], label=f"{name} train")
        ax.plot(range(1, len(h["val_loss"]) + 1), h["val_loss"], label=f"{name} val")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    best_name, best_epoch, best_loss = None, None, None
    for name, h in histories.items():
        for epoch, loss in enumerate(h["train_loss"], start=1):
            if loss <= threshold:
                if best_name is None or epoch < best_epoch or (epoch == best_epoch and loss < best_loss):
                    best_name, best_epoch, best_loss = name, epoch, loss
                break
    lowest = min(histories, key=lambda n: histories[n]["val_loss"][-1])
    return {"fastest": best_name, "lowest_val_loss": lowest}
