"""The softmax is taken over dimension 1, the residues, as in a tutorial with 2-d logits; and eval() is forgotten.
Loses: probabilities
Named: softmax-over-length
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super(SecondaryStructureMLP, self).__init__()
        self.model = nn.Sequential(
            nn.Linear(in_features, hidden_dim),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(hidden_dim, hidden_dim // 2),
            nn.ReLU(),
            nn.Linear(hidden_dim // 2, num_classes),
        )

    def forward(self, one_hot):
        return self.model(one_hot)


def predict_probabilities(model, one_hot):
    with torch.no_grad():
        logits = model(one_hot)
        return F.softmax(logits, dim=1)


def masked_cross_entropy(logits, labels, mask):
    real = mask > 0
    if real.sum() == 0:
        return torch.zeros((), device=logits.device)
    return F.cross_entropy(logits[real], labels[real])


def train_epoch(model, loader, optimizer):
    model.train()
    running, n = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        k = int(batch["mask"].sum())
        running += loss.item() * k
        n += k
    return running / n
