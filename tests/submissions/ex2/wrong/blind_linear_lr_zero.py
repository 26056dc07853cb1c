"""LinearLR without a special case: with total_iters=0 the optimizer stays at the start rate for ever.
Loses: edges
Named: zero-warmup
"""

from torch.optim.lr_scheduler import LinearLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if warmup_steps == 0:
        return target_lr
    return start_lr + (target_lr - start_lr) * min(step, warmup_steps) / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    return LinearLR(optimizer, start_lr / optimizer.param_groups[0]["lr"], 1.0, warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    model.train()
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates += [optimizer.param_groups[0]["lr"]]
            optimizer.step()
            scheduler.step()
    return rates
