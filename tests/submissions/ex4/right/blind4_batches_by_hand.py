# Exercise 4. No DataLoader: I index by hand, as with numpy arrays.
import copy

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from lecture import ProteinSolubilityClassifier, collate_proteins

NAMES = ("sgd", "adam", "adamw")


def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=1e-2, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=1e-2)
    raise ValueError("unknown optimizer: %r" % (name,))


class Trainer:
    def __init__(self, model, optimizer, train_dataset, val_dataset, batch_size, seed):
        self.model, self.optimizer = model, optimizer
        self.train_dataset, self.val_dataset = train_dataset, val_dataset
        self.batch_size = batch_size
        self.rng = np.random.RandomState(seed)

    def get(self, dataset, idx):
        return collate_proteins([dataset[int(i)] for i in idx])

    def logits_and_loss(self, batch):
        logits = self.model(batch["sequence"], batch["mask"])
        return F.cross_entropy(logits, batch["label"])

    def train(self):
        self.model.train()
        perm = self.rng.permutation(len(self.train_dataset))
        total = 0.0
        for start in range(0, len(perm), self.batch_size):
            idx = perm[start:start + self.batch_size]
            self.optimizer.zero_grad()
            loss = self.logits_and_loss(self.get(self.train_dataset, idx))
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(idx)
        return total / len(perm)

    def validate(self):
        self.model.eval()
        n = len(self.val_dataset)
        total = 0.0
        with torch.no_grad():
            for idx in np.array_split(np.arange(n), max(1, -(-n // self.batch_size))):
                total += self.logits_and_loss(self.get(self.val_dataset, idx)).item() * len(idx)
        return total / n


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    original = ProteinSolubilityClassifier()
    out = {}
    for name in NAMES:
        torch.manual_seed(seed)          # same dropout as well
        model = copy.deepcopy(original)
        tr = Trainer(model, make_optimizer(name, model.parameters()), train_dataset, val_dataset, batch_size, seed)
        curves = np.zeros((epochs, 2))
        for e in range(epochs):
            curves[e, 0] = tr.train()
            curves[e, 1] = tr.validate()
        out[name] = {"train_loss": curves[:, 0].tolist(), "val_loss": curves[:, 1].tolist()}
    return out


def plot_loss_curves(histories):
    keys = [(n, k) for n in histories for k in ("train_loss", "val_loss")]
    Y = np.array([histories[n][k] for n, k in keys]).T
    fig, ax = plt.subplots(figsize=(8, 5))
    ax.plot(np.arange(1, len(Y) + 1), Y, marker=".", label=["%s (%s)" % (n, k.split("_")[0]) for n, k in keys])
    ax.set(xlabel="epoch", ylabel="mean cross-entropy", title="SGD vs. Adam vs. AdamW")
    ax.legend(ncols=3, fontsize="small")
    ax.grid(True)
    return fig


def summarize(histories, threshold):
    names = list(histories)
    T = np.array([histories[n]["train_loss"] for n in names])     # (optimizers, epochs)
    V = np.array([histories[n]["val_loss"][-1] for n in names])
    hit = T <= threshold
    fastest = None
    if hit.any():
        first = np.where(hit.any(axis=1), hit.argmax(axis=1), T.shape[1])
        e = first.min()
        column = np.where(first == e, T[:, e], np.inf)
        fastest = names[int(column.argmin())]
    return {"fastest": fastest, "lowest_val_loss": names[int(V.argmin())]}
