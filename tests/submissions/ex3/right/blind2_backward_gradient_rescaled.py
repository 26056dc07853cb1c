"""Right: streaming without any look-ahead; before each micro-batch the gradients so far are shrunk by n/(n+m), and backward gets the share as its seed."""
import torch
from torch import nn


def train_epoch_accumulated(
    model: nn.Module, loader, criterion, optimizer: torch.optim.Optimizer, accumulation_steps: int = 4
) -> float:
    if accumulation_steps < 1:
        raise ValueError(f"accumulation_steps = {accumulation_steps}, has to be >= 1")

    mean_loss, n_epoch = 0.0, 0
    n = 0
    open_group = False
    for number, (x, y) in enumerate(loader):
        if number % accumulation_steps == 0:
            if open_group:
                optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            n = 0
            open_group = True
        m = len(x)
        for p in model.parameters():
            if p.grad is not None:
                p.grad *= n / (n + m)
        loss = criterion(model(x), y)
        loss.backward(gradient=torch.full_like(loss, m / (n + m)))
        n += m
        n_epoch += m
        mean_loss += (loss.item() - mean_loss) * m / n_epoch
    if open_group:
        optimizer.step()
        optimizer.zero_grad()
    return mean_loss
