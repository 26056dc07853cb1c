"""The scheduler is not written; the loop sets the rates by hand and is right.

Loses: scheduler, groups, edges
"""
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    raise NotImplementedError


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    targets = [group["lr"] for group in optimizer.param_groups]
    rates = []
    step = 0
    for epoch in range(epochs):
        for x, y in loader:
            for group, target in zip(optimizer.param_groups, targets):
                group["lr"] = warmup_lr(step, warmup_steps, start_lr, target)
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            step += 1
    return rates
