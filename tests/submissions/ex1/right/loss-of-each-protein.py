"""The loss of each protein by torch.vmap, weighted by its residues."""

import copy, torch
from torch import nn
import torch.nn.functional as F
class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.a = nn.Linear(in_features, hidden_dim); self.b = nn.Linear(hidden_dim, hidden_dim); self.c = nn.Linear(hidden_dim, num_classes)
    def forward(self, x):
        return self.c(torch.relu(self.b(torch.relu(self.a(x)))))

def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return torch.softmax(model(one_hot), dim=-1)

def masked_cross_entropy(logits, labels, mask):
    logp = torch.log_softmax(logits, -1)
    nll = -(logp * F.one_hot(labels, 3)).sum(-1)
    return (nll * mask).sum() / mask.sum().clamp(min=1)
def train_epoch(model, loader, optimizer):
    model.train()
    tot = n = 0.
    for b in loader:
        optimizer.zero_grad()
        k = b["mask"].sum(1)
        per_protein = torch.vmap(masked_cross_entropy)(model(b["one_hot"]), b["labels"], b["mask"])
        loss = (per_protein * k).sum() / k.sum()
        loss.backward(); optimizer.step()
        tot += (per_protein.detach()*k).sum().item(); n += k.sum().item()
    return tot/n
