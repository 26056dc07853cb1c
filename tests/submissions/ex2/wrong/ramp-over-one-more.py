"""The ramp is spread over `warmup_steps + 1` updates: update `warmup_steps` is still below the target.

Loses: endpoints, linear
Named: off-by-one
"""
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step > warmup_steps or warmup_steps == 0:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / (warmup_steps + 1)


class Warmup:
    def __init__(self, optimizer, warmup_steps, start_lr):
        if warmup_steps < 0:
            raise ValueError("warmup_steps must not be negative")
        self.optimizer, self.warmup_steps, self.start_lr = optimizer, warmup_steps, start_lr
        self.targets = [group["lr"] for group in optimizer.param_groups]
        self.updates = 0
        self.set_rates()

    def rate(self, update, target):
        if update >= self.warmup_steps:
            return target
        return self.start_lr + (target - self.start_lr) * update / self.warmup_steps

    def set_rates(self):
        for group, target in zip(self.optimizer.param_groups, self.targets):
            group["lr"] = self.rate(self.updates, target)

    def step(self):
        self.updates += 1
        self.set_rates()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return Warmup(optimizer, warmup_steps, start_lr)


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
