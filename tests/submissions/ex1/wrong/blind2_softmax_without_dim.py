"""Wrong: pasted F.softmax(logits) without dim, which PyTorch takes over dimension 0 (the batch) for a 3-D tensor.

Loses: probabilities
Named: softmax-over-length
"""
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.filterwarnings("ignore", message="Implicit dimension choice")  # got rid of the yellow text


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc3 = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        x = F.relu(self.fc1(one_hot))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        logits = model(one_hot)
        probs = F.softmax(logits)
    return probs


def masked_cross_entropy(logits, labels, mask):
    keep = mask.bool()
    if not keep.any():
        return torch.zeros((), device=logits.device)
    return F.cross_entropy(logits[keep], labels[keep])


def train_epoch(model, loader, optimizer):
    model.train()
    total, n = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        k = int(batch["mask"].sum())
        total += loss.item() * k
        n += k
    return total / n
