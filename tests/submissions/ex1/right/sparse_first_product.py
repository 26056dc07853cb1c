"""The first product is that of a sparse matrix: most of a one-hot row is zero."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.first = nn.Linear(in_features, hidden_dim)
        self.second = nn.Linear(hidden_dim, hidden_dim)
        self.third = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        rows = one_hot.reshape(-1, one_hot.shape[-1]).to_sparse()
        hidden = torch.sparse.mm(rows, self.first.weight.t()) + self.first.bias
        hidden = F.relu(hidden).reshape(*one_hot.shape[:-1], -1)
        hidden = F.relu(self.second(hidden))
        return self.third(hidden)


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
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        residues = batch["mask"].sum().item()
        total_loss += loss.item() * residues
        total_residues += residues
    return total_loss / total_residues
