"""All rates of the training worked out before it starts."""
import numpy as np


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    table = np.append(np.linspace(start_lr, target_lr, warmup_steps, endpoint=False), target_lr)
    return table[min(step, len(table) - 1)]


class FromTable:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer, self.position = optimizer, 0
        self.tables = []
        for group in optimizer.param_groups:
            self.tables.append([float(warmup_lr(k, warmup_steps, start_lr, group["lr"])) for k in range(warmup_steps + 1)])
        self.use()

    def use(self):
        for group, table in zip(self.optimizer.param_groups, self.tables):
            group["lr"] = table[min(self.position, len(table) - 1)]

    def step(self):
        self.position += 1
        self.use()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    return FromTable(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    goals = [group["lr"] for group in optimizer.param_groups]
    plan = [[warmup_lr(k, warmup_steps, start_lr, goal) for goal in goals] for k in range(epochs * len(loader))]
    steps = iter(plan)
    for _ in range(epochs):
        for x, y in loader:
            for group, rate in zip(optimizer.param_groups, next(steps)):
                group["lr"] = float(rate)
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
    return [row[0] for row in plan]
