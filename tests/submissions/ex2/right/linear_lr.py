"""LinearLR, with a ConstantLR of factor 1 where there is no warmup."""
from torch.optim import lr_scheduler


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError
    if step >= warmup_steps:
        return target_lr
    return start_lr + step * ((target_lr - start_lr) / warmup_steps)


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    if warmup_steps == 0:
        return lr_scheduler.ConstantLR(optimizer, factor=1.0)
    return lr_scheduler.LinearLR(
        optimizer,
        start_factor=start_lr / optimizer.param_groups[0]["lr"],
        end_factor=1.0,
        total_iters=warmup_steps,
    )


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    warmup = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    history = []
    for _ in range(epochs):
        for batch in loader:
            inputs, targets = batch
            loss = criterion(model(inputs), targets)
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            history += warmup.get_last_lr()[:1]
            optimizer.step()
            warmup.step()
    return tuple(history)
