"""The optimizer gets the weights of the first model, then the training goes on with a copy of it: nothing learns.
Loses: converges
Named: weights-never-change
May lose: validation, fair-start
"""

import copy

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, set_seed, train_one_epoch


def make_optimizer(name, parameters):
    match name:
        case "sgd":
            return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
        case "adam":
            return torch.optim.Adam(parameters)
        case "adamw":
            return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
        case _:
            raise ValueError(name)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    set_seed(seed)
    start_model = ProteinSolubilityClassifier()
    optimizers = {name: make_optimizer(name, start_model.parameters()) for name in ("sgd", "adam", "adamw")}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    histories = {}
    for name, optimizer in optimizers.items():
        set_seed(seed)
        model = copy.deepcopy(start_model)  # a fresh copy for a fair start
        histories[name] = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            t = train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), optimizer, "cpu")
            v, _, _ = evaluate(model, val_loader, nn.CrossEntropyLoss(), "cpu")
            histories[name]["train_loss"].append(t)
            histories[name]["val_loss"].append(v)
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for name, h in histories.items():
        ax.plot(h["train_loss"], label=name + " train")
        ax.plot(h["val_loss"], label=name + " validation")
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    hits = {}
    for name, h in histories.items():
        for i, loss in enumerate(h["train_loss"]):
            if loss <= threshold:
                hits[name] = (i, loss)
                break
    return {
        "fastest": min(hits, key=hits.get) if hits else None,
        "lowest_val_loss": min(histories, key=lambda n: histories[n]["val_loss"][-1]),
    }
