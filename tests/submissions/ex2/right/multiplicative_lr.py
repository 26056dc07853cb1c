"""MultiplicativeLR: each rate from the one before."""
from torch.optim.lr_scheduler import MultiplicativeLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * step / warmup_steps


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    targets = [group["lr"] for group in optimizer.param_groups]
    for group, target in zip(optimizer.param_groups, targets):
        group["lr"] = warmup_lr(0, warmup_steps, start_lr, target)

    def growth(target):
        return lambda step: warmup_lr(step, warmup_steps, start_lr, target) / warmup_lr(step - 1, warmup_steps, start_lr, target)

    return MultiplicativeLR(optimizer, [growth(target) for target in targets])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    out = []
    iterator = (batch for _ in range(epochs) for batch in loader)
    for x, y in iterator:
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return out
