"""Masked losses, divided by all positions.

Loses: masked-loss
May lose: learns
Named: padding-counted
"""
import torch
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.a = nn.Linear(in_features, hidden_dim)
        self.b = nn.Linear(hidden_dim, hidden_dim)
        self.c = nn.Linear(hidden_dim, num_classes)

    def one_residue(self, row):
        return self.c(torch.nn.functional.leaky_relu(self.b(torch.nn.functional.leaky_relu(self.a(row)))))

    def forward(self, one_hot):
        return torch.vmap(torch.vmap(self.one_residue))(one_hot)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return torch.stack([torch.softmax(protein, dim=-1) for protein in model(one_hot)])


def masked_cross_entropy(logits, labels, mask, reduction="mean"):
    losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none") * mask
    if reduction == "sum":
        return losses.sum()
    if mask.sum() == 0:
        return losses.sum()
    return losses.mean()


def train_epoch(model, loader, optimizer):
    model.train()
    total, residues = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        n = batch["mask"].sum()
        summed = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"], reduction="sum")
        (summed / n).backward()
        optimizer.step()
        total += summed.item()
        residues += n.item()
    return total / residues
