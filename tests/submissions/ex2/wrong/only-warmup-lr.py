"""Only the first function is written.

Loses: scheduler, groups, loop, edges
"""
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must not be negative")
    if step >= warmup_steps:
        return target_lr
    return start_lr + (target_lr - start_lr) * (step / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    raise NotImplementedError


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    raise NotImplementedError
