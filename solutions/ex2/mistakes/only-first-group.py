"""Only the first parameter group is warmed up. The others train at their full rate from the start.

Hint: Reread "Parameter groups" in the sheet: how many groups can an optimizer have?
Costs: groups
May cost: loop
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be 0 or more")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


class Warmup:
    def __init__(self, optimizer, warmup_steps, start_lr):
        if warmup_steps < 0:
            raise ValueError("warmup_steps must be 0 or more")
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.target = optimizer.param_groups[0]["lr"]
        self.set_rate(0)
        self.count = 0

    def step(self):
        self.count += 1
        self.set_rate(self.count)

    def set_rate(self, count):
        group = self.optimizer.param_groups[0]
        group["lr"] = warmup_lr(count, self.warmup_steps, self.start_lr, self.target)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return Warmup(optimizer, warmup_steps, start_lr)


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
