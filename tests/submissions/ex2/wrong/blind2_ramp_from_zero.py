"""Wrong: warmup_lr climbs from zero and only holds start_lr as a floor; with the default 1e-7 one hardly sees it. The scheduler is LinearLR and right.

Loses: linear
"""
from torch.optim.lr_scheduler import LinearLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps cannot be negative")
    if step >= warmup_steps:
        return target_lr
    return max(start_lr, target_lr * step / warmup_steps)


class NoWarmup:
    def step(self):
        pass


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps cannot be negative")
    if warmup_steps == 0:
        return NoWarmup()
    start_factor = start_lr / optimizer.param_groups[0]["lr"]
    return LinearLR(optimizer, start_factor=start_factor, total_iters=warmup_steps)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
