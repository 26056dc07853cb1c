"""Prints, a plot and a training run at import."""
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm

torch.manual_seed(1234)


def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    if warmup_steps < 0:
        raise ValueError("warmup_steps must be >= 0")
    if step < warmup_steps:
        alpha = float(step) / float(max(1, warmup_steps))
        return start_lr + alpha * (target_lr - start_lr)
    return target_lr


def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    base_lrs = [g["lr"] for g in optimizer.param_groups]
    print("base rates:", base_lrs)
    return LambdaLR(
        optimizer, [lambda s, b=b: warmup_lr(s, warmup_steps, start_lr, b) / b for b in base_lrs]
    )


def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs, losses = [], []
    for epoch in tqdm(range(epochs)):
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            lrs.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}/{epochs} loss {losses[-1]:.4f} lr {lrs[-1]:.2e}")
    return lrs


net = nn.Linear(2, 1)
toy = [(torch.randn(8, 2), torch.randn(8, 1)) for _ in range(20)]
rates = train_with_warmup(net, toy, nn.MSELoss(), torch.optim.AdamW(net.parameters(), lr=1e-3), 3, 30)
plt.plot(rates)
plt.savefig("warmup.png")
plt.close()
