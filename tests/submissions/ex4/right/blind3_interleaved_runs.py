"""Right: the three runs side by side, epoch by epoch."""
import copy
import statistics

import matplotlib.pyplot as plt
import torch
from torch import nn

from lecture import ProteinSolubilityClassifier, collate_proteins

NAMES = "sgd", "adam", "adamw"


def make_optimizer(name, parameters):
    SETTINGS = {"sgd": {"lr": 0.01, "momentum": 0.9}, "adam": {}, "adamw": {"lr": 1e-3, "weight_decay": 0.01}}
    CLASSES = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    if name in SETTINGS and name in CLASSES:
        return CLASSES[name](parameters, **SETTINGS[name])
    raise ValueError("there is no optimizer with the name {!r}".format(name))


def chunks(dataset, size, order=None):
    """Yield one collated batch after the other."""
    waiting = []
    for index in order if order is not None else range(len(dataset)):
        waiting.append(dataset[index])
        if len(waiting) == size:
            yield collate_proteins(waiting)
            waiting = []
    if waiting:
        yield collate_proteins(waiting)


def losses_while_training(model, optimizer, batches):
    criterion = nn.CrossEntropyLoss()
    for batch in batches:
        model.train()
        loss = criterion(model(batch["sequence"], batch["mask"]), batch["label"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def losses_while_watching(model, batches):
    criterion = nn.CrossEntropyLoss()
    model.eval()
    for batch in batches:
        # the context must not stay open over a yield
        with torch.no_grad():
            loss = criterion(model(batch["sequence"], batch["mask"]), batch["label"])
        yield loss.item()


def life_of(model, name, train_dataset, val_dataset, batch_size, seed):
    """An endless run: each next() is one epoch."""
    optimizer = make_optimizer(name, model.parameters())
    dice = torch.Generator()
    dice.manual_seed(seed)
    while True:
        order = torch.randperm(len(train_dataset), generator=dice).tolist()
        train_loss = statistics.fmean(losses_while_training(model, optimizer, chunks(train_dataset, batch_size, order)))
        val_loss = statistics.fmean(losses_while_watching(model, chunks(val_dataset, batch_size)))
        yield train_loss, val_loss


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    ancestor = ProteinSolubilityClassifier()
    lives = {
        name: life_of(copy.deepcopy(ancestor), name, train_dataset, val_dataset, batch_size, seed) for name in NAMES
    }
    histories = {name: {"train_loss": [], "val_loss": []} for name in NAMES}
    for _ in range(epochs):
        for name, life in lives.items():
            for key, loss in zip(("train_loss", "val_loss"), next(life)):
                histories[name][key].append(loss)
    return histories


def curves(histories):
    for name, history in histories.items():
        yield f"{name} (train)", history["train_loss"]
        yield f"{name} (val)", history["val_loss"]


def plot_loss_curves(histories):
    figure, axes = plt.subplots()
    for label, losses in curves(histories):
        axes.plot(range(1, len(losses) + 1), losses)[0].set_label(label)
    axes.set_xlabel("epoch", fontsize=12)
    axes.set_ylabel("loss", fontsize=12)
    axes.legend(loc=0)
    return figure


def summarize(histories, threshold):
    # walk through the epochs; all three optimizers have the same number of them
    names = list(histories)
    fastest = None
    for row in zip(*(histories[name]["train_loss"] for name in names)):
        loss, name = min(zip(row, names))
        if loss <= threshold:
            fastest = name
            break
    *_, last = zip(*(histories[name]["val_loss"] for name in names))
    return {"fastest": fastest, "lowest_val_loss": names[last.index(min(last))]}
