"""One list of rates for each group."""
from torch.optim.lr_scheduler import LambdaLR


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps < 0")
    if step < warmup_steps:
        return start_lr * (1 - step / warmup_steps) + target_lr * step / warmup_steps
    return target_lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    lambdas = []
    for group in optimizer.param_groups:
        target = group["lr"]
        lambdas.append(lambda s, t=target: warmup_lr(s, warmup_steps, start_lr, t) / t)
    return LambdaLR(optimizer, lambdas)


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    all_rates = [[] for _ in optimizer.param_groups]
    for _ in range(epochs):
        for x, y in loader:
            for rates, group in zip(all_rates, optimizer.param_groups):
                rates.append(group["lr"])
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            scheduler.step()
    return all_rates
