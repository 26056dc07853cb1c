"""Keeps the losses as tensors and gives a tensor without dimensions back."""

import itertools

import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError
    losses = []
    for _, members in itertools.groupby(enumerate(loader), key=lambda pair: pair[0] // accumulation_steps):
        group = [batch for _, batch in members]
        size = sum(x.size(0) for x, _ in group)
        model.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            loss.mul(x.size(0)).div(size).backward()
            losses.append(loss.detach().expand(x.size(0)))
        optimizer.step()
    return torch.cat(losses).mean()
