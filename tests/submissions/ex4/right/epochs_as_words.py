"""The x values are strings, so the x axis is categorical."""

import torch, matplotlib.pyplot as plt
from torch.utils.data import DataLoader
from lecture import ProteinSolubilityClassifier as Net, collate_proteins as collate, evaluate, train_one_epoch as fit

O = torch.optim
KINDS = dict(sgd=lambda p: O.SGD(p, 1e-2, 0.9), adam=O.Adam, adamw=lambda p: O.AdamW(p, 1e-3, weight_decay=1e-2))


def make_optimizer(name, parameters):
    if name not in KINDS: raise ValueError(name)
    return KINDS[name](parameters)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    def run(name):
        torch.manual_seed(seed)
        net, ce = Net(), torch.nn.CrossEntropyLoss()
        opt, load = make_optimizer(name, net.parameters()), lambda d: DataLoader(d, batch_size, collate_fn=collate)
        pairs = [(fit(net, load(train_dataset), ce, opt, "cpu"), evaluate(net, load(val_dataset), ce, "cpu")[0]) for _ in range(epochs)]
        return dict(zip(("train_loss", "val_loss"), zip(*pairs)))
    return {name: run(name) for name in KINDS}




def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    for opt, h in histories.items():
        names = [str(i + 1) for i in range(len(h['train_loss']))]
        ax.plot(names, h['train_loss'], label=f'{opt} train')
        ax.plot(names, h['val_loss'], label=f'{opt} val')
    ax.set(xlabel='epoch', ylabel='loss')
    ax.legend()
    return fig


def summarize(histories, threshold):
    hits = sorted((e, l, n) for n, h in histories.items() for e, l in enumerate(h["train_loss"]) if l <= threshold)
    return {"fastest": hits[0][2] if hits else None, "lowest_val_loss": min((h["val_loss"][-1], n) for n, h in histories.items())[1]}
