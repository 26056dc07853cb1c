"""Gradients cleared at the end of each batch, through the model; autograd.grad instead of backward."""
import torch
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError(warmup_steps)
    return start_lr + (target_lr - start_lr) * step / warmup_steps if step < warmup_steps else target_lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    targets = [g["lr"] for g in optimizer.param_groups]
    factors = [lambda s, t=t: warmup_lr(s, warmup_steps, start_lr, t) / t for t in targets]
    return LambdaLR(optimizer, factors)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    parameters = [p for p in model.parameters() if p.requires_grad]
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            gradients = torch.autograd.grad(criterion(model(x), y), parameters)
            for parameter, gradient in zip(parameters, gradients):
                parameter.grad = gradient
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
            model.zero_grad()
    return rates
