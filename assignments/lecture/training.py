"""Loops: an epoch of training, an evaluation, a whole run."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

Batch = Sequence[Tensor] | Mapping[str, Tensor]
Criterion = Callable[[Tensor, Tensor], Tensor]
Device = torch.device | str


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[Batch],
    criterion: Criterion,
    optimizer: torch.optim.Optimizer,
    device: Device,
    max_norm: float | None = 1.0,
) -> float:
    """Train over the loader once and return the mean loss per sample (the note's section 5).

    A batch is `(x, y)`, or a dict with 'sequence', 'mask' and 'label'; then the model is called as
    `model(sequence, mask)`. Before each update the gradient is clipped to `max_norm`; `None` leaves it.
    Raises `ValueError` for a loader without batches, `TypeError` for any other kind of batch.
    """
    model.train()
    losses = []
    for batch in loader:
        inputs, labels = unpack(batch, device)
        loss = criterion(model(*inputs), labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if max_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        losses.append((loss.item(), len(labels)))
    return mean_per_sample(losses)


@torch.no_grad()
def evaluate(
    model: nn.Module, loader: Iterable[Batch], criterion: Criterion, device: Device
) -> tuple[float, Tensor, Tensor]:
    """`(loss, predictions, labels)` over the loader, dropout off, without gradients (the note's section 5).

    The loss is the mean per sample; predictions are the model's raw outputs `(samples, ...)`, labels
    `(samples, ...)`, both on the CPU in the loader's order. Batches and errors as in `train_one_epoch`.
    The model is left in evaluation mode.
    """
    model.eval()
    losses, predictions, targets = [], [], []
    for batch in loader:
        inputs, labels = unpack(batch, device)
        outputs = model(*inputs)
        losses.append((criterion(outputs, labels).item(), len(labels)))
        predictions.append(outputs.cpu())
        targets.append(labels.cpu())
    return mean_per_sample(losses), torch.cat(predictions), torch.cat(targets)


def train_model(
    model: nn.Module,
    train_loader: Iterable[Batch],
    val_loader: Iterable[Batch],
    epochs: int = 100,
    patience: int = 10,
) -> nn.Module:
    """Train a classifier until its validation loss stops falling (the note's section 5).

    Adam at 1e-3 on the cross-entropy, on the GPU where there is one; the rate is halved after 5 epochs
    without progress, and after `patience` of them training stops. Prints a line an epoch and returns
    the same model with the weights of its best epoch. Nothing is written to disk.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=5)
    best_loss, best_weights, waited = float("inf"), copy.deepcopy(model.state_dict()), 0
    for epoch in range(1, epochs + 1):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, _, _ = evaluate(model, val_loader, criterion, device)
        scheduler.step(val_loss)
        print(f"epoch {epoch}: training loss {train_loss:.4f}, validation loss {val_loss:.4f}")
        if val_loss < best_loss:
            best_loss, best_weights, waited = val_loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited >= patience:
                break
    model.load_state_dict(best_weights)
    return model


def unpack(batch: Batch, device: Device) -> tuple[list[Tensor], Tensor]:
    """What the model is called with, and the labels, both on `device`."""
    match batch:
        case {"sequence": sequence, "mask": mask, "label": labels}:
            inputs = [sequence, mask]
        case [x, labels]:
            inputs = [x]
        case _:
            raise TypeError(
                f"cannot read a batch that is {_describe(batch)}; "
                "give (x, y), or a dict with 'sequence', 'mask' and 'label'"
            )
    return [tensor.to(device) for tensor in inputs], labels.to(device)


def mean_per_sample(losses: Sequence[tuple[float, int]]) -> float:
    """The mean of batch losses, each weighted by its number of samples."""
    if not losses:
        raise ValueError("cannot average over no batch; check that the loader's dataset isn't empty")
    return sum(loss * samples for loss, samples in losses) / sum(samples for _, samples in losses)


def _describe(batch: Any) -> str:
    if isinstance(batch, Mapping):
        return f"a dict of {', '.join(map(repr, batch))}"
    return f"of type {type(batch).__name__}"
