"""The scheduler sets nothing when it is made: the first update still uses the target, the rates come one update late.
Loses: scheduler, loop
Named: never-starts-low
May lose: groups, edges
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be >= 0")
    if warmup_steps == 0 or step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


class WarmupScheduler:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.base_lrs = [g["lr"] for g in optimizer.param_groups]
        self.current_step = 0

    def step(self):
        for g, base in zip(self.optimizer.param_groups, self.base_lrs):
            g["lr"] = warmup_lr(self.current_step, self.warmup_steps, self.start_lr, base)
        self.current_step += 1


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be >= 0")
    return WarmupScheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    model.train()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
