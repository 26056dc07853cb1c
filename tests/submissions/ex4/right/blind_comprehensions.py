"""A fan of one-liners: comprehensions, global seed with shuffle=True for each run, lecture's functions without clipping."""

from functools import partial

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch

MAKERS = dict(
    sgd=partial(torch.optim.SGD, lr=0.01, momentum=0.9),
    adam=torch.optim.Adam,
    adamw=partial(torch.optim.AdamW, lr=1e-3, weight_decay=0.01),
)


def make_optimizer(name, parameters):
    if name in MAKERS:
        return MAKERS[name](parameters)
    raise ValueError(name)


def _run(name, train_dataset, val_dataset, epochs, batch_size, seed):
    torch.manual_seed(seed)
    model = ProteinSolubilityClassifier()
    opt = make_optimizer(name, model.parameters())
    train = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins)
    val = DataLoader(val_dataset, len(val_dataset), collate_fn=collate_proteins)
    pairs = [
        (train_one_epoch(model, train, cross_entropy, opt, "cpu", max_norm=None), evaluate(model, val, cross_entropy, "cpu")[0])
        for _ in range(epochs)
    ]
    return {"train_loss": [t for t, _ in pairs], "val_loss": [v for _, v in pairs]}


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    return {name: _run(name, train_dataset, val_dataset, epochs, batch_size, seed) for name in MAKERS}


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    ax.plot(list(zip(*(h[k] for h in histories.values() for k in ("train_loss", "val_loss")))))
    ax.legend(ax.lines, [f"{n} ({k})" for n in histories for k in ("training", "validation")])
    for line, text in zip(ax.lines, ax.get_legend().get_texts()):
        line.set_label(text.get_text())
    ax.set(xlabel="epoch (from 0)", ylabel="loss")
    return fig


def summarize(histories, threshold):
    first = {n: [(i, l) for i, l in enumerate(h["train_loss"]) if l <= threshold][:1] for n, h in histories.items()}
    return {
        "fastest": min((n for n in first if first[n]), key=first.get, default=None),
        "lowest_val_loss": sorted(histories, key=lambda n: histories[n]["val_loss"][-1])[0],
    }
