"""Right: validation with requires_grad_(False), one model object set back, a legend of the figure."""
from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping

import torch
import torch.nn as nn
from matplotlib.figure import Figure
from torch.utils.data import DataLoader, Dataset

import lecture

SGD_LR = 0.01
SGD_MOMENTUM = 0.9
ADAMW_LR = 1e-3
ADAMW_WEIGHT_DECAY = 0.01
ORDER = ["sgd", "adam", "adamw"]


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    if not (isinstance(name, str) and (key := name.casefold().strip()) in ORDER):
        raise ValueError(f"name is {name!r}, expected one of {ORDER}")
    weights = [p for p in parameters if p.requires_grad]
    assert weights, "there is nothing to optimize"
    optimizer: torch.optim.Optimizer
    if key == "sgd":
        optimizer = torch.optim.SGD(weights, lr=SGD_LR, momentum=SGD_MOMENTUM)
    elif key == "adam":
        optimizer = torch.optim.Adam(weights)
    elif key == "adamw":
        optimizer = torch.optim.AdamW(weights, lr=ADAMW_LR, weight_decay=ADAMW_WEIGHT_DECAY)
    else:
        raise AssertionError("unreachable")
    return optimizer


def compare_optimizers(
    train_dataset: Dataset,
    val_dataset: Dataset,
    epochs: int = 10,
    batch_size: int = 32,
    seed: int = 42,
    *,
    device: torch.device | str | None = None,
    verbose: bool = False,
) -> dict[str, dict[str, list[float]]]:
    assert epochs >= 0 and batch_size >= 1
    assert len(train_dataset) > 0 and len(val_dataset) > 0
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "cpu"

    torch.manual_seed(seed)
    model = lecture.ProteinSolubilityClassifier().to(device)
    backup = {key: value.detach().clone() for key, value in model.state_dict().items()}
    fingerprint = sum(float(v.double().sum()) for v in backup.values())

    histories: dict[str, dict[str, list[float]]] = {}
    for name in ORDER:
        # the same object, but with its first weights again
        model.load_state_dict(backup, strict=True)
        assert math.isclose(fingerprint, sum(float(p.detach().double().sum()) for p in model.parameters()))
        optimizer = make_optimizer(name, model.parameters())
        assert not optimizer.state
        loader = DataLoader(
            train_dataset,
            batch_size=batch_size,
            shuffle=True,
            generator=torch.Generator().manual_seed(seed),
            collate_fn=lecture.collate_proteins,
            drop_last=False,
        )
        val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=lecture.collate_proteins)

        curve: dict[str, list[float]] = {"train_loss": [], "val_loss": []}
        for epoch in range(1, epochs + 1):
            # --- training
            model.requires_grad_(True)
            model.train()
            assert model.training
            sum_loss, seen = 0.0, 0
            for batch in loader:
                sequence, mask, label = (batch[k].to(device, non_blocking=True) for k in ("sequence", "mask", "label"))
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(sequence, mask), label)
                if not math.isfinite(value := loss.item()):
                    raise RuntimeError(f"loss is {value} in epoch {epoch} of {name}")
                loss.backward()
                optimizer.step()
                sum_loss += value * (n := label.numel())
                seen += n
            assert seen == len(train_dataset)
            curve["train_loss"].append(sum_loss / seen)

            # --- validation; without requires_grad no graph is built
            model.eval()
            model.requires_grad_(False)
            sum_loss, seen = 0.0, 0
            for batch in val_loader:
                sequence, mask, label = (batch[k].to(device) for k in ("sequence", "mask", "label"))
                loss = nn.functional.cross_entropy(model(sequence, mask), label)
                assert not loss.requires_grad
                sum_loss += loss.item() * len(label)
                seen += len(label)
            assert seen == len(val_dataset)
            curve["val_loss"].append(sum_loss / seen)
            if verbose:
                print(f"{name:>6} {epoch:3d} {curve['train_loss'][-1]:.4f} {curve['val_loss'][-1]:.4f}")
        model.requires_grad_(True)
        histories[name] = curve
    return histories


def plot_loss_curves(histories: Mapping[str, Mapping[str, list[float]]]) -> Figure:
    import matplotlib.pyplot as plt  # slow, so only here

    missing = set(ORDER) - set(histories)
    assert not missing, f"no history of {missing}"
    fig, ax = plt.subplots()
    handles = []
    for name in ORDER:
        for key, linestyle in {"train_loss": "-", "val_loss": "--"}.items():
            values = histories[name][key]
            handles += ax.plot(range(1, len(values) + 1), values, linestyle, label=f"{name}: {key}")
    assert len(handles) == 6
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss (nats)")
    # a legend of the figure below the axes
    fig.legend(handles=handles, loc="outside lower center", ncols=3) if fig.get_constrained_layout() else fig.legend(
        handles=handles, loc="upper right"
    )
    return fig


def summarize(histories: Mapping[str, Mapping[str, list[float]]], threshold: float) -> dict[str, str | None]:
    assert isinstance(threshold, numbers.Real)
    fastest: str | None = None
    best = (math.inf, math.inf)
    for name, history in histories.items():
        if any((loss := value) <= threshold and (epoch := i) >= 0 for i, value in enumerate(history["train_loss"])):
            if (epoch, loss) < best:
                best, fastest = (epoch, loss), name
    lowest = min(histories, key=lambda name: histories[name]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}


if __name__ == "__main__":
    tr, va, _ = lecture.load_solubility()
    result = compare_optimizers(
        lecture.ProteinDataset(tr.sequences, tr.labels), lecture.ProteinDataset(va.sequences, va.labels), verbose=True
    )
    plot_loss_curves(result).savefig("curves.png")
    print(summarize(result, 0.5))
