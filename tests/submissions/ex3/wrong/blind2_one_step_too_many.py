"""Wrong: after the loop there is always a last step 'for the leftovers', even if the last group was complete (the gradients are None then, so the weights stay).

Loses: steps
May lose: edges, equivalence
"""
import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")

    def scale_and_step(n):
        for p in model.parameters():
            if p.grad is not None:
                p.grad = p.grad / n
        optimizer.step()
        optimizer.zero_grad()

    optimizer.zero_grad()
    loss_sum = 0.0
    all_samples = 0
    group_samples = 0
    for i, (x, y) in enumerate(loader, start=1):
        loss = criterion(model(x), y) * x.shape[0]
        loss.backward()
        loss_sum += loss.item()
        all_samples += x.shape[0]
        group_samples += x.shape[0]
        if i % accumulation_steps == 0:
            scale_and_step(group_samples)
            group_samples = 0
    scale_and_step(max(group_samples, 1))  # leftovers
    return loss_sum / all_samples
