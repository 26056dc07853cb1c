"""Right: subclasses of Sampler, DataLoader, CrossEntropyLoss and Figure."""
import io
import math
from typing import Iterator

import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset, Sampler

from lecture.data import collate_proteins
from lecture.models import ProteinSolubilityClassifier


class SeededShuffle(Sampler[int]):
    """A permutation that depends on the seed and on the epoch only."""

    def __init__(self, source: Dataset, seed: int) -> None:
        self.n = len(source)
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[int]:
        g = torch.Generator()
        g.manual_seed(self.seed + 1000 * self.epoch)
        self.epoch += 1
        yield from torch.randperm(self.n, generator=g).tolist()


class ProteinLoader(DataLoader):
    def __init__(self, dataset, batch_size, **kwargs):
        super().__init__(dataset, batch_size=batch_size, collate_fn=collate_proteins, **kwargs)


class MaskedBatchLoss(nn.CrossEntropyLoss):
    """Cross-entropy that runs the model itself."""

    def forward(self, model: nn.Module, batch: dict) -> torch.Tensor:  # type: ignore[override]
        logits = model(batch["sequence"], batch["mask"])
        return super().forward(logits, batch["label"])


def make_optimizer(name, parameters):
    known = {"sgd", "adam", "adamw"}
    if not isinstance(name, str) or name.lower() not in known:
        raise ValueError(f"{name!r} is not in {sorted(known)}")
    name = name.lower()
    if name == "sgd":
        return optim.SGD(parameters, 0.01, 0.9)
    if name == "adam":
        return optim.Adam(parameters)
    return optim.AdamW(parameters, lr=0.001, weight_decay=0.01)


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    criterion = MaskedBatchLoss()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first = ProteinSolubilityClassifier()
    # written to memory: this is a true copy
    memory = io.BytesIO()
    torch.save(first.state_dict(), memory)

    def fresh() -> ProteinSolubilityClassifier:
        memory.seek(0)
        net = ProteinSolubilityClassifier()
        net.load_state_dict(torch.load(memory))
        return net

    histories = {}
    for name in ("adamw", "adam", "sgd"):
        net = fresh()
        optimizer = make_optimizer(name, net.parameters())
        train = ProteinLoader(train_dataset, batch_size, sampler=SeededShuffle(train_dataset, seed))
        val = ProteinLoader(val_dataset, batch_size=1)
        train_curve, val_curve = [], []
        for _ in range(epochs):
            net.train(True)
            losses = []
            for batch in train:
                net.zero_grad()
                loss = criterion(net, batch)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            train_curve.append(math.fsum(losses) / len(losses))
            net.train(False)
            with torch.set_grad_enabled(False):
                losses = [criterion(net, batch).item() for batch in val]
            val_curve.append(math.fsum(losses) / len(losses))
        histories[name] = {"val_loss": val_curve, "train_loss": train_curve}
    return histories


class LossFigure(Figure):
    """A matplotlib figure that knows how to draw histories."""

    def __init__(self, histories, **kwargs):
        super().__init__(**kwargs)
        FigureCanvasAgg(self)
        axes = self.subplots()
        for name in sorted(histories):
            for key in sorted(histories[name]):
                y = histories[name][key]
                axes.plot(list(range(1, len(y) + 1)), y, marker="o", label=f"{name}/{key}")
        axes.set_xlabel("epoch")
        axes.set_ylabel("mean cross-entropy")
        axes.legend(fontsize="small", ncols=3)


def plot_loss_curves(histories):
    return LossFigure(histories, figsize=(6, 4))


def summarize(histories, threshold):
    arrival = {}
    for name, curves in histories.items():
        hit = next(((i, v) for i, v in enumerate(curves["train_loss"], start=1) if v <= threshold), None)
        if hit:
            arrival[name] = hit
    last = {name: curves["val_loss"][-1] for name, curves in histories.items()}
    return {
        "fastest": min(arrival, key=arrival.get, default=None),
        "lowest_val_loss": min(last, key=last.get),
    }
