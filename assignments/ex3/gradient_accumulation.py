"""Exercise 3: gradient accumulation."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    raise NotImplementedError
