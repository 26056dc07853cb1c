"""Right: the three models train side by side, epoch by epoch, on the same shuffled batches; pandas draws the figure and makes the summary."""
import torch
import pandas as pd
import matplotlib.pyplot as plt
from torch.optim import SGD, Adam, AdamW
from torch.nn.functional import cross_entropy
from lecture import ProteinSolubilityClassifier, collate_proteins

KEYS = ("sgd", "adam", "adamw")


def make_optimizer(name, parameters):
    match name:
        case "sgd":
            return SGD(parameters, lr=0.01, momentum=0.9)
        case "adam":
            return Adam(parameters)
        case "adamw":
            return AdamW(parameters, lr=1e-3, weight_decay=0.01)
        case _:
            raise ValueError(name)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    first = {k: v.clone() for k, v in ProteinSolubilityClassifier().state_dict().items()}
    models, optimizers = {}, {}
    for key in KEYS:
        models[key] = ProteinSolubilityClassifier()
        models[key].load_state_dict(first)
        optimizers[key] = make_optimizer(key, models[key].parameters())

    histories = {key: {"train_loss": [], "val_loss": []} for key in KEYS}
    order = torch.Generator().manual_seed(seed)
    val_batches = [
        collate_proteins([val_dataset[i] for i in range(s, min(s + batch_size, len(val_dataset)))])
        for s in range(0, len(val_dataset), batch_size)
    ]
    for _ in range(epochs):
        shuffled = torch.randperm(len(train_dataset), generator=order)
        batches = [collate_proteins([train_dataset[int(i)] for i in part]) for part in shuffled.split(batch_size)]
        for key in KEYS:
            model, optimizer = models[key], optimizers[key]
            model.train()
            seen = []
            for batch in batches:
                optimizer.zero_grad()
                loss = cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                loss.backward()
                optimizer.step()
                seen.append((loss.item(), len(batch["label"])))
            model.eval()
            with torch.no_grad():
                val = [
                    (cross_entropy(model(b["sequence"], b["mask"]), b["label"]).item(), len(b["label"]))
                    for b in val_batches
                ]
            histories[key]["train_loss"].append(sum(l * n for l, n in seen) / sum(n for _, n in seen))
            histories[key]["val_loss"].append(sum(l * n for l, n in val) / sum(n for _, n in val))
    return histories


def _table(histories, kind):
    return pd.DataFrame({name: histories[name][kind] for name in histories})


def plot_loss_curves(histories):
    fig, ax = plt.subplots(1, 1)
    _table(histories, "train_loss").add_suffix(" train").plot(ax=ax)
    _table(histories, "val_loss").add_suffix(" validation").plot(ax=ax, style="--")
    ax.set_xlabel("epoch (from 0)")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    train = _table(histories, "train_loss")
    below = train[(train <= threshold).any(axis=1)]
    fastest = None
    if len(below):
        row = below.iloc[0]                       # the first epoch in which anyone is there
        fastest = str(row[row <= threshold].idxmin())
    return {"fastest": fastest, "lowest_val_loss": str(_table(histories, "val_loss").iloc[-1].idxmin())}
