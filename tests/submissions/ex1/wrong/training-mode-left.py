"""After each step the epoch goes into evaluation mode, and stays there.

Loses: training
May lose: learns
Named: no-training-mode
"""

import torch
from torch import nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.one = nn.Linear(in_features, hidden_dim)
        self.two = nn.Linear(hidden_dim, hidden_dim)
        self.three = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        return self.three(self.two(self.one(one_hot).relu()).relu())


@torch.no_grad()
def predict_probabilities(model, one_hot):
    model.eval()
    return model(one_hot).softmax(-1)


def masked_cross_entropy(logits, labels, mask):
    losses = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return (losses * mask).sum() / mask.sum().clamp(min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    total, residues = 0.0, 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        model.eval()
        real = batch["mask"].sum().item()
        total += loss.item() * real
        residues += real
    return total / residues
