"""The loop's rate is set by a hook that runs before each step."""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    share = min(step / warmup_steps, 1.0) if warmup_steps else 1.0
    return target_lr * share + start_lr * (1 - share)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    targets = [group["lr"] for group in optimizer.param_groups]
    factors = [
        lambda update, target=target: warmup_lr(update, warmup_steps, start_lr, target) / target for target in targets
    ]
    return LambdaLR(optimizer, factors)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    targets = [group["lr"] for group in optimizer.param_groups]
    used = []

    def set_rates(*_):
        for group, target in zip(optimizer.param_groups, targets):
            group["lr"] = warmup_lr(len(used), warmup_steps, start_lr, target)
        used.append(optimizer.param_groups[0]["lr"])

    hook = optimizer.register_step_pre_hook(set_rates)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
    hook.remove()
    return used
