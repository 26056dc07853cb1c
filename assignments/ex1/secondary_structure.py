"""Exercise 1: predict the secondary structure of each residue of a protein.

Complete the class and the three functions; keep their names and the order of their arguments. The sheet
(`README.md` beside this file) explains each, and `make check ex1` tells how far you are.
"""

from collections.abc import Iterable

from torch import Tensor, nn
from torch.optim import Optimizer


class SecondaryStructureMLP(nn.Module):
    """A network of three weight matrices that predicts each residue from itself alone.

    Args:
        in_features: numbers that describe a residue; 20 for a one-hot row.
        hidden_dim: what the first weight matrix turns them into.
        num_classes: the structures to tell apart: 0 helix, 1 sheet, 2 coil.
    """

    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3) -> None:
        super().__init__()
        raise NotImplementedError

    def forward(self, one_hot: Tensor) -> Tensor:
        """Return one logit for each class of each residue.

        Args:
            one_hot: `(batch, length, in_features)` float32; a padded or unknown residue is a row of zeros.

        Returns:
            `(batch, length, num_classes)` float32. Logits: do not apply softmax here.
        """
        raise NotImplementedError


def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    """Return the probability of each class for each residue.

    Args:
        model: a network such as the one above; it may arrive in training mode.
        one_hot: `(batch, length, 20)` float32.

    Returns:
        `(batch, length, 3)` float32. Each residue's three numbers sum to 1. No gradients are tracked.
    """
    raise NotImplementedError


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """Return the mean cross-entropy over the real residues of a batch.

    Args:
        logits: `(batch, length, 3)` float32.
        labels: `(batch, length)` int64, each 0, 1 or 2; at padded positions 0, which means nothing there.
        mask: `(batch, length)` float32, 1 at real residues and 0 at padding.

    Returns:
        One number. It is 0.0 where the batch is padding alone.
    """
    raise NotImplementedError


def train_epoch(model: nn.Module, loader: Iterable[dict[str, Tensor]], optimizer: Optimizer) -> float:
    """Train the model on every batch once.

    Args:
        model: the network to train; it may arrive in evaluation mode.
        loader: yields `{'one_hot': (B, L, 20), 'labels': (B, L), 'mask': (B, L)}`.
        optimizer: holds the model's parameters.

    Returns:
        The mean loss per real residue over the epoch.
    """
    raise NotImplementedError
