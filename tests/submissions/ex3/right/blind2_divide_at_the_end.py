"""Right: streaming; the sums of losses are back-propagated and the gradients divided by the number of samples just before the step."""
import torch


def _finish(optimizer, n):
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.div_(n)
    optimizer.step()
    optimizer.zero_grad()


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps < 1")

    total = torch.zeros((), dtype=torch.float64)
    seen = 0
    pending_batches = 0
    pending_samples = 0
    optimizer.zero_grad()
    for x, y in loader:
        n = y.shape[0]
        loss = criterion(model(x), y)
        (loss * n).backward()
        total += loss.detach().double().cpu() * n
        seen += n
        pending_batches += 1
        pending_samples += n
        if pending_batches == accumulation_steps:
            _finish(optimizer, pending_samples)
            pending_batches = 0
            pending_samples = 0
    if pending_batches > 0:
        _finish(optimizer, pending_samples)
    return (total / seen).item()
