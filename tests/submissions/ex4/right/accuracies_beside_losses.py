"""Losses are means over batches; before and after them, accuracies are taken in one large batch."""
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins

NAMES = ["sgd", "adam", "adamw"]


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(parameters)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    raise ValueError("sgd, adam or adamw")


@torch.no_grad()
def accuracy(model, dataset):
    model.eval()
    everyone = collate_proteins(list(dataset))
    return (model(everyone["sequence"], everyone["mask"]).argmax(1) == everyone["label"]).float().mean().item()


@torch.no_grad()
def mean_over_batches(model, dataset, batch_size):
    model.eval()
    losses = []
    for batch in DataLoader(dataset, batch_size, collate_fn=collate_proteins):
        losses.append(F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"]).item())
    return sum(losses) / len(losses)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    histories, accuracies = {}, {}
    for name in NAMES:
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        history = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            model.train()
            for batch in DataLoader(train_dataset, batch_size, collate_fn=collate_proteins):
                optimizer.zero_grad()
                F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"]).backward()
                optimizer.step()
            accuracies[name] = [accuracy(model, train_dataset), accuracy(model, val_dataset)]
            history["train_loss"].append(mean_over_batches(model, train_dataset, 7))
            history["val_loss"].append(mean_over_batches(model, val_dataset, 9))
            accuracies[name] += [accuracy(model, val_dataset), accuracy(model, train_dataset)]
        histories[name] = history
    return histories


def plot_loss_curves(histories):
    figure, axes = plt.subplots()
    for name in histories:
        axes.plot(histories[name]["train_loss"], label=f"{name}, training")
        axes.plot(histories[name]["val_loss"], "--", label=f"{name}, validation")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return figure


def summarize(histories, threshold):
    arrivals = []
    for name, history in histories.items():
        reached = [(epoch, loss, name) for epoch, loss in enumerate(history["train_loss"]) if loss <= threshold]
        arrivals += reached[:1]
    return {
        "fastest": min(arrivals)[2] if arrivals else None,
        "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1]),
    }
