"""A dry run for the shapes, a look at the gradients in training, validation that shuffles."""

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
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        probe = collate_proteins([train_dataset[0], train_dataset[1]])
        model.eval()
        print(model(probe["sequence"], probe["mask"]).shape)
        optimizer = make_optimizer(name, model.parameters())
        train_loader = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins,
                                  generator=torch.Generator().manual_seed(seed))
        val_loader = DataLoader(val_dataset, batch_size, shuffle=True, collate_fn=collate_proteins)
        criterion = nn.CrossEntropyLoss()
        histories[name] = {"train_loss": [], "val_loss": []}
        for epoch in range(epochs):
            model.train()
            losses = []
            for batch in train_loader:
                logits = model(batch["sequence"], batch["mask"])
                loss = criterion(logits, batch["label"])
                optimizer.zero_grad(set_to_none=False)
                loss.backward()
                if epoch == 0 and not losses:
                    print(sum(float(p.grad.norm()) for p in model.parameters()))
                optimizer.step()
                losses.append(loss.item())
            histories[name]["train_loss"].append(sum(losses) / len(losses))
            for module in model.modules():
                module.eval()
            for parameter in model.parameters():
                parameter.requires_grad_(False)
            losses = [criterion(model(b["sequence"], b["mask"]), b["label"]).item() for b in val_loader]
            for parameter in model.parameters():
                parameter.requires_grad_(True)
            histories[name]["val_loss"].append(sum(losses) / len(losses))
    return histories

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
