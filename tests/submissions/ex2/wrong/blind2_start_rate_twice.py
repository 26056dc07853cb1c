"""Wrong: the scheduler's counter is raised after the rate is set, so the start rate is used for two updates and the ramp is late by one.

Loses: scheduler, loop
Named: off-by-one
May lose: groups, edges
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + step / warmup_steps * (target_lr - start_lr)


class WarmupScheduler:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.targets = [g["lr"] for g in optimizer.param_groups]
        self.counter = 0
        for g, target in zip(optimizer.param_groups, self.targets):
            g["lr"] = warmup_lr(0, warmup_steps, start_lr, target)

    def step(self):
        for g, target in zip(self.optimizer.param_groups, self.targets):
            g["lr"] = warmup_lr(self.counter, self.warmup_steps, self.start_lr, target)
        self.counter += 1


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    return WarmupScheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
