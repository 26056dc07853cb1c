"""Checks for a network that does not learn."""

import copy

import torch
from torch import nn

from lecture.training import Batch, Criterion, Device, train_one_epoch


def overfit_single_batch(
    model: nn.Module, batch: Batch, criterion: Criterion, device: Device, steps: int = 200, lr: float = 1e-3
) -> list[float]:
    """The loss at each of `steps` Adam updates on one batch (the note's section 8).

    A sound model, loss and optimizer drive it towards 0; where it stays high, look for a bug before you
    train on more. It trains a copy, so your model stays as it was. Batches are `train_one_epoch`'s.
    """
    trial = copy.deepcopy(model).to(device)
    optimizer = torch.optim.Adam(trial.parameters(), lr=lr)
    return [train_one_epoch(trial, [batch], criterion, optimizer, device) for _ in range(steps)]


def find_bad_gradients(model: nn.Module) -> list[str]:
    """Names of the parameters whose gradient holds NaN or infinity (the note's section 8).

    Call it after `loss.backward()`; parameters without a gradient are passed over.
    """
    return [
        name
        for name, parameter in model.named_parameters()
        if parameter.grad is not None and not torch.isfinite(parameter.grad).all()
    ]


def count_parameters(model: nn.Module) -> int:
    """How many numbers the model holds in its parameters, frozen ones too (the note's section 4)."""
    return sum(parameter.numel() for parameter in model.parameters())
