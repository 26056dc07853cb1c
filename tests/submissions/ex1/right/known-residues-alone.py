"""Dropout over the known residues alone: where one is blanked, the later ones get other draws."""

import torch
from torch import nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.one = nn.Linear(in_features, hidden_dim)
        self.two = nn.Linear(hidden_dim, hidden_dim)
        self.three = nn.Linear(hidden_dim, num_classes)
        self.drop = nn.Dropout(0.2)

    def forward(self, one_hot):
        known = one_hot.sum(-1) > 0
        hidden = self.drop(self.one(one_hot[known]).relu())
        logits = one_hot.new_zeros(*known.shape, self.three.out_features)
        logits[known] = self.three(self.two(hidden).relu())
        return logits


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
        real = batch["mask"].sum().item()
        total += loss.item() * real
        residues += real
    return total / residues
