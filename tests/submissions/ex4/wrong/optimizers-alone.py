"""Only the first function is written.

Loses: histories, fair-start, validation, converges, plot, summary
"""

import torch

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    raise NotImplementedError


def plot_loss_curves(histories):
    raise NotImplementedError


def summarize(histories, threshold):
    raise NotImplementedError
