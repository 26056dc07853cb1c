"""A beginner's version: plain ifs, a small class with a step() of its own that loops over the groups."""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    increase = (target_lr - start_lr) / warmup_steps
    return start_lr + step * increase


class MyWarmup:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.updates = 0
        self.targets = []
        for group in optimizer.param_groups:
            self.targets.append(group["lr"])
        self.set_rates()

    def set_rates(self):
        for i in range(len(self.targets)):
            new_lr = warmup_lr(self.updates, self.warmup_steps, self.start_lr, self.targets[i])
            self.optimizer.param_groups[i]["lr"] = new_lr

    def step(self):
        self.updates = self.updates + 1
        self.set_rates()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    return MyWarmup(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    model.train()
    rates = []
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            prediction = model(x)
            loss = criterion(prediction, y)
            loss.backward()
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates
