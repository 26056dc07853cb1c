"""A generator of rates behind a small object; `optimizer.step(closure)`."""
from itertools import chain, repeat
from types import SimpleNamespace


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")
    rise = target_lr - start_lr
    return target_lr if step >= warmup_steps else target_lr - rise * (warmup_steps - step) / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps")

    def rates(target):
        ramp = (warmup_lr(k, warmup_steps, start_lr, target) for k in range(warmup_steps))
        return chain(ramp, repeat(target))

    streams = [rates(group["lr"]) for group in optimizer.param_groups]

    def step():
        for group, stream in zip(optimizer.param_groups, streams):
            group["lr"] = next(stream)

    step()
    return SimpleNamespace(step=step)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    seen = []
    for _ in range(epochs):
        for x, y in loader:

            def closure():
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                return loss

            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step(closure)
            scheduler.step()
    return seen
