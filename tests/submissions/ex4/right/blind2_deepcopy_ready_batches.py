"""Right: own loops; one list of ready batches in the dataset's order, a deepcopy of one first model, training loss measured after each epoch."""
import copy

import torch
import torch.nn.functional as F
from lecture import ProteinSolubilityClassifier, collate_proteins
from matplotlib import pyplot as plt

NAMES = ["sgd", "adam", "adamw"]


def make_optimizer(name, parameters):
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.001, weight_decay=0.01),
    }
    try:
        maker = makers[name.lower()]
    except KeyError:
        raise ValueError("I only know " + ", ".join(NAMES)) from None
    return maker(parameters)


def cut(dataset, batch_size):
    items = [dataset[i] for i in range(len(dataset))]
    return [collate_proteins(items[i:i + batch_size]) for i in range(0, len(items), batch_size)]


def mean_loss(model, batches):
    model.eval()
    with torch.no_grad():
        total, proteins = 0.0, 0
        for b in batches:
            total += F.cross_entropy(model(b["sequence"], b["mask"]), b["label"], reduction="sum").item()
            proteins += len(b["label"])
    return total / proteins


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    origin = ProteinSolubilityClassifier()
    train, val = cut(train_dataset, batch_size), cut(val_dataset, batch_size)
    out = {}
    for name in NAMES:
        model = copy.deepcopy(origin)
        opt = make_optimizer(name, model.parameters())
        out[name] = {"train_loss": [], "val_loss": []}
        for epoch in range(epochs):
            model.train()
            for b in train:
                opt.zero_grad()
                loss = F.cross_entropy(model(b["sequence"], b["mask"]), b["label"])
                loss.backward()
                opt.step()
            out[name]["train_loss"].append(mean_loss(model, train))
            out[name]["val_loss"].append(mean_loss(model, val))
    return out


def plot_loss_curves(histories):
    fig = plt.figure(figsize=(8, 5))
    axes = fig.add_subplot()
    for colour, name in zip("rgb", NAMES):
        axes.plot(histories[name]["train_loss"], colour + "-o", label=name + " (train)")
        axes.plot(histories[name]["val_loss"], colour + ":x", label=name + " (val)")
    axes.set(xlabel="Epoch", ylabel="Cross-entropy", title="Optimizers")
    axes.legend(loc="best")
    return fig


def summarize(histories, threshold):
    reached = []
    for name in NAMES:
        hits = [(i, l) for i, l in enumerate(histories[name]["train_loss"]) if l <= threshold]
        if hits:
            reached.append((hits[0][0], hits[0][1], name))
    last = sorted((histories[name]["val_loss"][-1], name) for name in NAMES)
    return {"fastest": min(reached)[2] if reached else None, "lowest_val_loss": last[0][1]}
