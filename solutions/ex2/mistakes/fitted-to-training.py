"""The ramp was squeezed into the training. A warmup may be longer than the training, and then it does not end.

Hint: Reread "Values that need care" in the sheet: what if training ends before the warmup does?
Costs: edges
"""

from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    targets = [group["lr"] for group in optimizer.param_groups]
    factors = [lambda step, t=t: warmup_lr(step, warmup_steps, start_lr, t) / t for t in targets]
    return LambdaLR(optimizer, factors)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    warmup_steps = min(warmup_steps, epochs * len(loader) - 1)
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
