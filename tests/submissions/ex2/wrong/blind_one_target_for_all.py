"""Every group climbs to the rate of the first group.
Loses: groups
Named: one-target-for-all-groups
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps can't be negative!")
    elif step < warmup_steps:
        return start_lr + step * (target_lr - start_lr) / warmup_steps
    else:
        return target_lr


class Warmup:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer, self.warmup_steps, self.start_lr = optimizer, warmup_steps, start_lr
        self.target_lr = optimizer.param_groups[0]["lr"]
        self.n = 0
        self._set()

    def _set(self):
        lr = warmup_lr(self.n, self.warmup_steps, self.start_lr, self.target_lr)
        for param_group in self.optimizer.param_groups:
            param_group["lr"] = lr

    def step(self):
        self.n += 1
        self._set()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps can't be negative!")
    return Warmup(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for e in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
