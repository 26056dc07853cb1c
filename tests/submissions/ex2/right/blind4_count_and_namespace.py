from itertools import count
from types import SimpleNamespace


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if not warmup_steps >= 0:
        raise ValueError(f"{warmup_steps=}")
    t = 1.0 if warmup_steps == 0 else min(1.0, step / warmup_steps)
    return (1 - t) * start_lr + t * target_lr


def ramp(*args):
    "endless: the rate of update 0, 1, 2, ..."
    for n in count():
        yield warmup_lr(n, *args)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    ramps = [ramp(warmup_steps, start_lr, float(g["lr"])) for g in optimizer.param_groups]

    def step():
        # compute all first: a ValueError must not leave half of the groups changed
        for g, lr in zip(optimizer.param_groups, [next(r) for r in ramps]):
            g["lr"] = lr

    step()
    return SimpleNamespace(step=step)


def _updates(model, loader, criterion, optimizer, scheduler, epochs):
    for _ in range(epochs):
        for x, y in loader:
            used = optimizer.param_groups[0]["lr"]
            for p in model.parameters():
                p.grad = None
            criterion(model(x), y).backward()
            optimizer.step()
            scheduler.step()
            yield used


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    s = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    return [*_updates(model, loader, criterion, optimizer, s, epochs)]
