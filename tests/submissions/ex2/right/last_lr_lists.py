"""What `get_last_lr()` gives, kept for each update as it is: a list with one rate for each group."""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    if warmup_steps == 0:
        return target_lr
    return min(target_lr, start_lr + (target_lr - start_lr) * step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return LambdaLR(
        optimizer,
        [
            (lambda target: lambda step: warmup_lr(step, warmup_steps, start_lr, target) / target)(group["lr"])
            for group in optimizer.param_groups
        ],
    )


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    for _ in range(epochs):
        for x, y in loader:
            lrs.append(scheduler.get_last_lr())
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            scheduler.step()
    return lrs
