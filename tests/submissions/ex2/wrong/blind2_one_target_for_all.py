"""Wrong: every parameter group climbs to the rate of the first group instead of its own.

Loses: groups
Named: one-target-for-all-groups
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps: " + str(warmup_steps))
    if step < warmup_steps:
        return start_lr + (target_lr - start_lr) * (step / warmup_steps)
    return target_lr


class Ramp:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.rate = lambda i, target=optimizer.param_groups[0]["lr"]: warmup_lr(i, warmup_steps, start_lr, target)
        self.i = 0
        self.apply()

    def apply(self):
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(self.i)

    def step(self):
        self.i += 1
        self.apply()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps: " + str(warmup_steps))
    return Ramp(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    ramp = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = []
    for _ in range(epochs):
        for x, y in loader:
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            ramp.step()
    return rates
