"""Mixed precision: 16-bit arithmetic where it is safe."""

from collections.abc import Iterable

import torch
from torch import nn

from lecture.training import Batch, Criterion, Device, mean_per_sample, unpack


def train_one_epoch_amp(
    model: nn.Module,
    loader: Iterable[Batch],
    criterion: Criterion,
    optimizer: torch.optim.Optimizer,
    device: Device,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """`train_one_epoch` in mixed precision, without clipping (the note's section 8, through `torch.amp`).

    On CUDA in float16 with a gradient scaler, on the CPU in bfloat16, which needs none. Weights stay
    float32. A run of several epochs hands the same `torch.amp.GradScaler("cuda")` to each, so that
    the scale that was found is kept. Batches, errors and the returned mean are `train_one_epoch`'s.
    """
    kind = torch.device(device).type
    half = torch.float16 if kind == "cuda" else torch.bfloat16
    scaler = scaler or torch.amp.GradScaler(kind, enabled=kind == "cuda")
    model.train()
    losses = []
    for batch in loader:
        inputs, labels = unpack(batch, device)
        with torch.autocast(kind, dtype=half):
            loss = criterion(model(*inputs), labels)
        optimizer.zero_grad()
        scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        scaler.step(optimizer)
        scaler.update()
        losses.append((loss.item(), len(labels)))
    return mean_per_sample(losses)
