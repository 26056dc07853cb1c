"""Takes label 0 for padding (ignore_index=0), so helix is never learned and the mask is not used in the loss.
Loses: masked-loss, learns
May lose: training
Named: helix-ignored
"""

import torch
import torch.nn.functional as F
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc3 = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(one_hot)))))


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return F.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    # padded labels are 0, so ignore them
    if (labels != 0).sum() == 0:
        return torch.tensor(0.0, device=logits.device, requires_grad=True)
    return F.cross_entropy(logits.permute(0, 2, 1), labels, ignore_index=0)


def train_epoch(model, loader, optimizer):
    model.train()
    total_loss = 0.0
    total_residues = 0.0
    for batch in loader:
        optimizer.zero_grad()
        logits = model(batch["one_hot"])
        loss = masked_cross_entropy(logits, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        residues = batch["mask"].sum().item()
        total_loss += loss.item() * residues
        total_residues += residues
    return total_loss / total_residues
