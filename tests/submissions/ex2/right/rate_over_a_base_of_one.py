"""LambdaLR's function returns the rate itself: every base rate was set to 1 before, so nothing is to be divided."""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    return target_lr - (target_lr - start_lr) * max(warmup_steps - step, 0) / max(warmup_steps, 1)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    ramps = []
    for group in optimizer.param_groups:
        ramps.append(lambda step, target=group["lr"]: warmup_lr(step, warmup_steps, start_lr, target))
        group["lr"] = 1.0  # LambdaLR multiplies by this
    return LambdaLR(optimizer, ramps)


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
