"""Sigmoids divided by their sum in the place of a softmax.

Loses: probabilities
"""
import math
import copy
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.a = nn.Linear(in_features, hidden_dim)
        self.b = nn.Linear(hidden_dim, hidden_dim)
        self.c = nn.Linear(hidden_dim, num_classes)
    def forward(self, one_hot):
        return self.c(torch.relu(self.b(torch.relu(self.a(one_hot)))))

def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return (lambda s: s / s.sum(-1, keepdim=True))(torch.sigmoid(model(one_hot)))

def masked_cross_entropy(logits, labels, mask):
    per = F.cross_entropy(logits.permute(0, 2, 1), labels, reduction="none")
    return (per * mask).sum() / mask.sum().clamp(min=1)

def train_epoch(model, loader, optimizer):
    model.train()
    total = n = 0
    for b in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(b["one_hot"]), b["labels"], b["mask"])
        loss.backward()
        optimizer.step()
        k = b["mask"].sum().item()
        total += loss.item() * k
        n += k
    return total / n
