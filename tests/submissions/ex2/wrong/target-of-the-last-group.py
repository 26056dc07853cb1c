"""All groups start by the last one's target, so the first starts too high or too low.

Loses: groups
"""
import torch
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0: raise ValueError("warmup_steps < 0")
    if warmup_steps == 0: return torch.tensor(target_lr, dtype=torch.float64)
    frac = torch.tensor(step / warmup_steps, dtype=torch.float64).clamp(0, 1)
    return torch.lerp(torch.tensor(start_lr, dtype=torch.float64), torch.tensor(target_lr, dtype=torch.float64), frac)

def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    if warmup_steps < 0: raise ValueError("warmup_steps < 0")
    lambdas = [(lambda s: float(warmup_lr(s, warmup_steps, start_lr, g['initial_lr'])) / g['initial_lr']) for g in (dict(initial_lr=q['lr']) for q in optimizer.param_groups)]
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=lambdas)

def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    device = next(model.parameters()).device
    model.to(device).train()
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    rates = torch.empty(0, dtype=torch.float64)
    for _ in range(epochs):
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            rates = torch.cat([rates, torch.tensor([scheduler.get_last_lr()[0]], dtype=torch.float64)])
            loss = criterion(model(x), y)
            optimizer.zero_grad(); loss.backward(); optimizer.step(); scheduler.step()
    return rates
