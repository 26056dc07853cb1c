"""A class of one's own that sets `param_groups`; the loop sets rates by `warmup_lr` itself."""


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    """Linear warmup."""
    if warmup_steps < 0:
        raise ValueError("warmup_steps cannot be negative")
    if warmup_steps == 0 or step >= warmup_steps:
        return target_lr
    progress = step / warmup_steps
    return start_lr + progress * (target_lr - start_lr)


class WarmupScheduler:
    def __init__(self, optimizer, warmup_steps, start_lr):
        self.optimizer = optimizer
        self.warmup_steps = warmup_steps
        self.start_lr = start_lr
        self.targets = [g["lr"] for g in optimizer.param_groups]
        self.current_step = 0
        self._apply()

    def _apply(self):
        for group, target in zip(self.optimizer.param_groups, self.targets):
            group["lr"] = warmup_lr(self.current_step, self.warmup_steps, self.start_lr, target)

    def step(self):
        self.current_step += 1
        self._apply()


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return WarmupScheduler(optimizer, warmup_steps, start_lr)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    targets = [g["lr"] for g in optimizer.param_groups]
    lrs = []
    step = 0
    for epoch in range(epochs):
        for x, y in loader:
            for group, target in zip(optimizer.param_groups, targets):
                group["lr"] = warmup_lr(step, warmup_steps, start_lr, target)
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            step += 1
    return lrs


if __name__ == "__main__":
    for s in (0, 500, 1000):
        print(s, warmup_lr(s))
