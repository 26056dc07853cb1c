"""BatchNorm1d between the layers, over all residues of the batch.
Loses: per-residue
Named: mixes-residues
May lose: shape, learns, training
"""

import torch
import torch.nn.functional as F
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_dim)
        self.bn = nn.BatchNorm1d(hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc3 = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        x = self.fc1(one_hot)
        x = self.bn(x.transpose(1, 2)).transpose(1, 2)
        x = F.relu(x)
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return F.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    loss = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return (loss * mask).sum() / mask.sum().clamp(min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    count = 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        n = batch["mask"].sum().item()
        total += loss.item() * n
        count += n
    return total / count
