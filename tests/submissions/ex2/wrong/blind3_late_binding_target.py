"""Closures made in a loop all know the last target.

Loses: scheduler, groups, loop
"""
#!/usr/bin/env python
# coding: utf-8

# In[1]:
import torch
import torch.nn as nn
from torch.optim.lr_scheduler import LambdaLR

# In[2]:
WARMUP = 1000
START = 1e-7
TARGET = 1e-3


def warmup_lr(step, warmup_steps=WARMUP, start_lr=START, target_lr=TARGET):
    if warmup_steps < 0:
        raise ValueError('warmup_steps is negative: %d' % warmup_steps)
    if step < warmup_steps:
        return start_lr + (target_lr - start_lr) * (step / warmup_steps)
    return target_lr


# In[3]:
[warmup_lr(s, 4, 0.1, 0.5) for s in range(7)]

# In[5]:
# every group starts at the same share of its own rate as the first group does
def make_warmup_scheduler(optimizer, warmup_steps=WARMUP, start_lr=START):
    if warmup_steps < 0:
        raise ValueError('warmup_steps is negative: %d' % warmup_steps)
    target = 1e-3
    share = start_lr / target

    def lr_lambda(current_step):
        if current_step >= warmup_steps:
            return 1.0
        return share + (1.0 - share) * float(current_step) / float(max(1, warmup_steps))

    return LambdaLR(optimizer, lr_lambda=lr_lambda)


# In[8]:
def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=WARMUP, start_lr=START):
    if warmup_steps < 0:
        raise ValueError('warmup_steps is negative: %d' % warmup_steps)
    scheduler = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    lrs = []
    losses = []
    global_step = 0
    for epoch in range(epochs):
        model.train()
        for i, (x, y) in enumerate(loader):
            optimizer.zero_grad()
            out = model(x)
            loss = criterion(out, y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            lrs.append(optimizer.param_groups[0]['lr'])   # still the old one here
            scheduler.step()
            losses.append(loss.item())
            global_step += 1
    assert len(lrs) == global_step
    return lrs


# In[11]:
if __name__ == '__main__':
    import matplotlib.pyplot as plt

    plt.plot([warmup_lr(s) for s in range(1500)])
    plt.xlabel('update')
    plt.show()
