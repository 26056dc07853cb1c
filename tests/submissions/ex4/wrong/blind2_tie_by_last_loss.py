"""Wrong: a tie for 'fastest' is broken by the training loss of the last epoch and not of the epoch in which the threshold was reached.

Loses: summary
"""
import copy

import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from matplotlib import pyplot as plt
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    table = {
        "sgd": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
        "adam": (torch.optim.Adam, {}),
        "adamw": (torch.optim.AdamW, {"lr": 1e-4, "weight_decay": 0.01}),
    }
    if name not in table:
        raise ValueError(f"{name!r} is not one of {list(table)}")
    cls, kwargs = table[name]
    return cls(parameters, **kwargs)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    start = copy.deepcopy(ProteinSolubilityClassifier().state_dict())
    loss_function = torch.nn.CrossEntropyLoss()
    train_loader = DataLoader(train_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        model = ProteinSolubilityClassifier()
        model.load_state_dict(start)
        optimizer = make_optimizer(name, model.parameters())
        history = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            history["train_loss"].append(train_one_epoch(model, train_loader, loss_function, optimizer, "cpu", None))
            history["val_loss"].append(evaluate(model, val_loader, loss_function, "cpu")[0])
        histories[name] = history
    return histories


def plot_loss_curves(histories):
    figure, axes = plt.subplots()
    for name, history in histories.items():
        for key in ("train_loss", "val_loss"):
            axes.plot(history[key], label=f"{name} {key}")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return figure


def summarize(histories, threshold):
    def first(name):
        for epoch, loss in enumerate(histories[name]["train_loss"]):
            if loss <= threshold:
                return epoch
        return float("inf")

    ranking = sorted(histories, key=lambda name: (first(name), histories[name]["train_loss"][-1]))
    fastest = ranking[0] if first(ranking[0]) < float("inf") else None
    return {"fastest": fastest, "lowest_val_loss": min(histories, key=lambda name: histories[name]["val_loss"][-1])}
