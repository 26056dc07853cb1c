"""SequentialLR: LinearLR, then ConstantLR."""
import torch.optim.lr_scheduler as sched


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps={warmup_steps}")
    return target_lr if step >= warmup_steps else start_lr + (target_lr - start_lr) / warmup_steps * step


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps={warmup_steps}")
    if warmup_steps == 0:
        return sched.LambdaLR(optimizer, lambda _: 1.0)
    base = optimizer.param_groups[0]["lr"]
    up = sched.LinearLR(optimizer, start_factor=start_lr / base, total_iters=warmup_steps)
    flat = sched.ConstantLR(optimizer, factor=1.0, total_iters=1)
    return sched.SequentialLR(optimizer, [up, flat], milestones=[warmup_steps])


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    used = []
    for epoch in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            used.append(optimizer.param_groups[0]["lr"])
            scheduler.step()
    return used
