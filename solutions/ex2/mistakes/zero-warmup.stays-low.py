"""A warmup of zero updates should mean no warmup at all. Your code stops there, or keeps the start rate.

Hint: Reread "Values that need care" in the sheet: what does a warmup of zero updates mean?
Costs: edges
"""

from torch.optim.lr_scheduler import LinearLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    share = start_lr / optimizer.param_groups[0]["lr"]
    return LinearLR(optimizer, start_factor=share, total_iters=warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
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
