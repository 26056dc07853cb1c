"""Between matrix 2 and 3 stands only a dropout, no activation.
Loses: layers
Named: linear-only
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.embed = nn.Linear(in_features, hidden_dim)
        self.hidden = nn.Linear(hidden_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, num_classes)
        self.drop = nn.Dropout(0.1)

    def forward(self, one_hot):
        h = torch.relu(self.embed(one_hot))
        h = self.drop(self.hidden(h))
        return self.out(h)


@torch.no_grad()
def predict_probabilities(model, one_hot):
    model.eval()
    return torch.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    per_residue = cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    m = mask.flatten()
    return (per_residue * m).sum() / m.sum().clamp_min(1.0)


def train_epoch(model, loader, optimizer):
    model.train()
    s = c = 0.0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        s += loss.item() * batch["mask"].sum().item()
        c += batch["mask"].sum().item()
    return s / c
