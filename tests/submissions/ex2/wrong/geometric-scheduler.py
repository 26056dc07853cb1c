"""ExponentialLR up to the target; `warmup_lr` is right.

Loses: scheduler, loop
May lose: groups, edges
Named: geometric
"""
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


class Exponential:
    def __init__(self, optimizer, warmup_steps, start_lr):
        if warmup_steps < 0:
            raise ValueError("warmup_steps")
        self.optimizer = optimizer
        self.targets = [group["lr"] for group in optimizer.param_groups]
        self.left = warmup_steps
        if warmup_steps > 0:
            self.factors = [(t / start_lr) ** (1 / warmup_steps) for t in self.targets]
            for group in optimizer.param_groups:
                group["lr"] = start_lr

    def step(self):
        if self.left > 0:
            self.left -= 1
            for group, factor, target in zip(self.optimizer.param_groups, self.factors, self.targets):
                group["lr"] = target if self.left == 0 else group["lr"] * factor


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return Exponential(optimizer, warmup_steps, start_lr)


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
