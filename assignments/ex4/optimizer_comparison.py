"""Exercise 4: compare SGD, Adam and AdamW on the same protein classifier."""

from collections.abc import Iterable

import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import Dataset

Histories = dict[str, dict[str, list[float]]]


def make_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Make the optimizer called `name` for these parameters.

    - 'sgd': `torch.optim.SGD` with learning rate 0.01 and momentum 0.9
    - 'adam': `torch.optim.Adam` with its default settings
    - 'adamw': `torch.optim.AdamW` with weight decay 0.01 and learning rate 1e-3 (the note's 1e-4 is right, too)

    `parameters` is what `model.parameters()` gives.
    Raises ValueError for the name of any other optimizer.
    """
    raise NotImplementedError


def compare_optimizers(
    train_dataset: Dataset, val_dataset: Dataset, epochs: int = 10, batch_size: int = 32, seed: int = 42
) -> Histories:
    """Train one fresh `ProteinSolubilityClassifier` with each of the three optimizers.

    An item of a dataset is a dict: 'sequence' (length,) int64 codes, 'mask' (length,) float32, 'label' () int64.
    `lecture.collate_proteins` makes a padded batch of several items.

    Returns {'sgd': {'train_loss': [...], 'val_loss': [...]}, 'adam': {...}, 'adamw': {...}}.
    Each list holds one float for each epoch: the mean cross-entropy.
    """
    raise NotImplementedError


def plot_loss_curves(histories: Histories) -> Figure:
    """Draw the six loss curves of `compare_optimizers` and return the figure.

    Each call makes a new figure. It has one Axes with six labelled lines, a legend and two axis labels.
    """
    raise NotImplementedError


def summarize(histories: Histories, threshold: float) -> dict[str, str | None]:
    """Tell which optimizer was fastest and which one ended lowest.

    Returns {'fastest': name or None, 'lowest_val_loss': name}.
    """
    raise NotImplementedError
