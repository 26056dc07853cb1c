"""Object-oriented: one object for a group, used as a context manager."""

import torch


class EffectiveBatch:
    def __init__(self, optimizer, samples):
        self.optimizer = optimizer
        self.samples = samples

    def __enter__(self):
        self.optimizer.zero_grad()
        return self

    def add(self, loss, n):
        (loss * (n / self.samples)).backward()

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.optimizer.step()
        return False


class MeanMeter:
    def __init__(self):
        self.sum = 0.0
        self.count = 0

    def update(self, value, n):
        self.sum += value * n
        self.count += n

    @property
    def mean(self):
        return self.sum / self.count


class Trainer:
    def __init__(self, model, criterion, optimizer, accumulation_steps):
        if accumulation_steps < 1:
            raise ValueError("accumulation_steps must be at least one")
        self.model, self.criterion, self.optimizer = model, criterion, optimizer
        self.accumulation_steps = accumulation_steps

    def groups(self, loader):
        group = []
        for x, y in loader:
            group.append((x, y))
            if len(group) == self.accumulation_steps:
                yield group
                group = []
        if group:
            yield group

    def epoch(self, loader):
        meter = MeanMeter()
        for group in self.groups(loader):
            with EffectiveBatch(self.optimizer, sum(y.shape[0] for _, y in group)) as batch:
                for x, y in group:
                    loss = self.criterion(self.model(x), y)
                    batch.add(loss, y.shape[0])
                    meter.update(loss.item(), y.shape[0])
        return meter.mean


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    return Trainer(model, criterion, optimizer, accumulation_steps).epoch(loader)
