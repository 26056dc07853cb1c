"""Reads one micro-batch ahead; a group of one left over is taken for the end mark and lost.

Loses: leftover
"""
import copy
import math
import itertools
import statistics
import numpy as np
import torch
from torch import nn

def train_group(model, criterion, optimizer, group):
    size = sum(len(y) for _, y in group)
    optimizer.zero_grad()
    s = 0.0
    for x, y in group:
        loss = criterion(model(x), y)
        (loss * len(y) / size).backward()
        s += loss.item() * len(y)
    optimizer.step()
    return s, size

def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError('accumulation_steps must be at least 1')

    it = iter(loader)
    group = [next(it)]
    total = n = 0
    for batch in it:
        if len(group) == accumulation_steps:
            s, m = train_group(model, criterion, optimizer, group)
            total, n = total + s, n + m
            group = []
        group.append(batch)
    if len(group) > 1 or accumulation_steps == 1:
        s, m = train_group(model, criterion, optimizer, group)
        total, n = total + s, n + m
    return total / n
