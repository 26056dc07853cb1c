"""Multiplies the cross-entropy by the mask: it overflows where a padded logit is near the largest float32, which no network gives."""
import torch
from torch import nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(in_features, hidden_dim),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(hidden_dim, hidden_dim),
            nn.ReLU(),
            nn.Linear(hidden_dim, num_classes),
        )

    def forward(self, one_hot):
        return self.layers(one_hot)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return torch.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    per_residue = F.cross_entropy(logits.permute(0, 2, 1), labels, reduction="none")  # (B, L)
    per_residue = per_residue * mask
    return per_residue.sum() / mask.sum().clamp(min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    weighted, count = 0.0, 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        residues = batch["mask"].sum().item()
        weighted += loss.item() * residues
        count += residues
    return weighted / count
