"""Right: built from generators and itertools; with several groups it returns a list of rates for each group, as the sheet allows."""
from itertools import chain, islice, repeat


def _ramp(warmup_steps, start, target):
    """All rates, for ever."""
    if warmup_steps < 0:
        raise ValueError("a warmup can't last a negative number of updates")
    climb = (start + (target - start) * (i / warmup_steps) for i in range(warmup_steps))
    return chain(climb, repeat(target))


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    return next(islice(_ramp(warmup_steps, start_lr, target_lr), step, None))


class _Pump:
    def __init__(self, pairs):
        self.pairs = pairs
        self.step()

    def step(self):
        for group, ramp in self.pairs:
            group["lr"] = next(ramp)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return _Pump([(group, _ramp(warmup_steps, start_lr, group["lr"])) for group in optimizer.param_groups])


def _updates(model, loader, criterion, optimizer, scheduler, epochs):
    for x, y in chain.from_iterable(loader for _ in range(epochs)):
        now = [group["lr"] for group in optimizer.param_groups]
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
        scheduler.step()
        yield now


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rows = list(_updates(model, loader, criterion, optimizer, scheduler, epochs))
    columns = [[row[i] for row in rows] for i in range(len(optimizer.param_groups))]
    return columns[0] if len(columns) == 1 else columns
