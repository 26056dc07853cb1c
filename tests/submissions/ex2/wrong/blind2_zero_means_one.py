"""Wrong: warmup_steps=0 is turned into 1 to avoid the division by zero, so update 0 still uses start_lr.

Loses: edges
"""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be >= 0")
    warmup_steps = max(warmup_steps, 1)  # avoid division by zero
    progress = min(step / warmup_steps, 1.0)
    return start_lr * (1 - progress) + target_lr * progress


class Scheduler:
    def __init__(self, opt, steps, start):
        self.opt, self.steps, self.start, self.t = opt, steps, start, 0
        self.goal = [g["lr"] for g in opt.param_groups]
        self._set()

    def _set(self):
        for g, goal in zip(self.opt.param_groups, self.goal):
            g["lr"] = warmup_lr(self.t, self.steps, self.start, goal)

    def step(self):
        self.t += 1
        self._set()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be >= 0")
    return Scheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    s = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    for e in range(epochs):
        for x, y in loader:
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            s.step()
    return lrs
