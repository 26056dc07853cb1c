"""Padded positions count in your mean: in the sum, in the number you divide by, or in both.

Hint: Reread the sheet's part 'One epoch': which loss does the loop call, and which mask does it give it?
Costs: training
May cost: learns

"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import ReLU as Activation
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    """Three linear layers with an activation between each two, applied to every residue on its own."""

    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(in_features, hidden_dim),
            Activation(),
            nn.Linear(hidden_dim, hidden_dim),
            Activation(),
            nn.Linear(hidden_dim, num_classes),
        )

    def forward(self, one_hot: Tensor) -> Tensor:
        """Logits `(batch, length, num_classes)` of residues `(batch, length, in_features)` float32."""
        logits: Tensor = self.layers(one_hot)
        return logits


@torch.no_grad()
def predict_probabilities(model: nn.Module, one_hot: Tensor) -> Tensor:
    """Class probabilities `(batch, length, num_classes)`, without dropout and without a graph."""
    model.eval()
    return model(one_hot).softmax(dim=-1)


def masked_cross_entropy(logits: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """Mean cross-entropy over real residues; 0 where there are none.

    `logits` is `(batch, length, classes)`; cross-entropy wants the classes in dimension 1.
    """
    losses = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return (losses * mask).sum() / mask.sum().clamp(min=1)


def train_epoch(model: nn.Module, loader: Iterable[dict[str, Tensor]], optimizer: torch.optim.Optimizer) -> float:
    """Train for one epoch and return the mean loss per real residue."""
    model.train()
    total_loss, total_residues = 0.0, 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch["one_hot"]).transpose(1, 2), batch["labels"])
        loss.backward()
        optimizer.step()
        residues = batch["mask"].numel()
        total_loss += loss.item() * residues
        total_residues += residues
    return total_loss / total_residues
