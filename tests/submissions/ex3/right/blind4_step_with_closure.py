from functools import partial
from itertools import islice

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1: raise ValueError(accumulation_steps)
    it, seen = iter(loader), []

    def closure(group):                       # the optimizer calls this one itself
        optimizer.zero_grad()
        N = sum(map(len, (y for _, y in group)))
        for x, y in group:
            (l := criterion(model(x), y)).mul(len(y) / N).backward()
            seen.append((l.detach(), len(y)))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        return l.detach()

    for group in iter(lambda: list(islice(it, accumulation_steps)), []):
        optimizer.step(partial(closure, group))

    losses, n = zip(*seen)
    return torch.stack(losses).double().cpu().dot(torch.tensor(n).double()).item() / sum(n)
