"""A beginner's version: fills a list with the micro-batches of a group, then works through the list."""

import torch


def do_one_group(group, model, criterion, optimizer):
    # first count the samples of the group
    samples_in_group = 0
    for x, y in group:
        samples_in_group = samples_in_group + len(x)

    optimizer.zero_grad()
    loss_sum = 0.0
    for x, y in group:
        prediction = model(x)
        loss = criterion(prediction, y)
        share = len(x) / samples_in_group
        (loss * share).backward()
        loss_sum = loss_sum + loss.item() * len(x)
    optimizer.step()
    return loss_sum, samples_in_group


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    total_loss = 0.0
    total_samples = 0
    group = []
    for batch in loader:
        group.append(batch)
        if len(group) == accumulation_steps:
            loss_sum, n = do_one_group(group, model, criterion, optimizer)
            total_loss = total_loss + loss_sum
            total_samples = total_samples + n
            group = []
    # the leftover
    if len(group) > 0:
        loss_sum, n = do_one_group(group, model, criterion, optimizer)
        total_loss = total_loss + loss_sum
        total_samples = total_samples + n
    return total_loss / total_samples
