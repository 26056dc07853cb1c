"""Wrong: F.normalize is called with its default dim=1, which in (B, L, H) runs over the positions and not over the features.

Loses: per-residue
Named: mixes-residues
May lose: learns
"""
import torch
import torch.nn.functional as F
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.a = nn.Linear(in_features, hidden_dim)
        self.b = nn.Linear(hidden_dim, hidden_dim)
        self.c = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        h = F.relu(self.a(one_hot))
        h = F.normalize(h)  # unit vectors train more smoothly
        h = F.relu(self.b(h))
        return self.c(h)


@torch.no_grad()
def predict_probabilities(model, one_hot):
    model.eval()
    return model(one_hot).softmax(dim=-1)


def masked_cross_entropy(logits, labels, mask):
    real = mask.bool()
    return F.cross_entropy(logits[real], labels[real], reduction="sum") / real.sum().clamp(min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    loss_sum = residues = 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * batch["mask"].sum().item()
        residues += batch["mask"].sum().item()
    return loss_sum / residues
