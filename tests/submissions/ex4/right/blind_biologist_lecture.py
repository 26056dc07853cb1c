"""A beginner's version that leans on lecture's train_one_epoch and evaluate; no shuffle, seed before each model."""

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    else:
        raise ValueError("I do not know the optimizer " + str(name))


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
    criterion = nn.CrossEntropyLoss()
    histories = {}
    for name in ["sgd", "adam", "adamw"]:
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loss = []
        val_loss = []
        for epoch in range(epochs):
            loss = train_one_epoch(model, train_loader, criterion, optimizer, "cpu")
            train_loss.append(loss)
            loss, predictions, labels = evaluate(model, val_loader, criterion, "cpu")
            val_loss.append(loss)
        histories[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots(figsize=(8, 5))
    for name in histories:
        epochs = range(1, len(histories[name]["train_loss"]) + 1)
        ax.plot(epochs, histories[name]["train_loss"], label=name + " training")
        ax.plot(epochs, histories[name]["val_loss"], linestyle="--", label=name + " validation")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.set_title("Three optimizers")
    ax.legend()
    return fig


def summarize(histories, threshold):
    fastest = None
    best_epoch = None
    best_loss = None
    for name in histories:
        losses = histories[name]["train_loss"]
        for epoch in range(len(losses)):
            if losses[epoch] <= threshold:
                if fastest is None or epoch < best_epoch or (epoch == best_epoch and losses[epoch] < best_loss):
                    fastest = name
                    best_epoch = epoch
                    best_loss = losses[epoch]
                break
    lowest = None
    for name in histories:
        last = histories[name]["val_loss"][-1]
        if lowest is None or last < histories[lowest]["val_loss"][-1]:
            lowest = name
    return {"fastest": fastest, "lowest_val_loss": lowest}
