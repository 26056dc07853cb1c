"""The leftover micro-batches at the end never get a step (their shares would be right).
Loses: leftover, edges
Named: leftover-dropped
May lose: steps, ragged, equivalence
"""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps")
    optimizer.zero_grad()
    loss_sum = 0.0
    sample_sum = 0
    group_samples = 0
    for i, (x, y) in enumerate(loader):
        n = y.shape[0]
        loss = criterion(model(x), y)
        (loss * n).backward()
        group_samples += n
        loss_sum += loss.item() * n
        sample_sum += n
        if (i + 1) % accumulation_steps == 0:
            for p in model.parameters():
                if p.grad is not None:
                    p.grad.div_(group_samples)
            optimizer.step()
            optimizer.zero_grad()
            group_samples = 0
    return loss_sum / sample_sum
