"""Saves the whole model and the optimizer at the end of an epoch."""

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
    nll = -logp.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    n = mask.sum()
    if n == 0: return (logits * 0).sum()
    return (nll * mask).sum() / n

def train_epoch(model, loader, optimizer):
    model.train()
    tot = n = 0.0
    for b in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(b["one_hot"]), b["labels"], b["mask"])
        loss.backward(); optimizer.step()
        k = b["mask"].sum().item(); tot += loss.item()*k; n += k
    torch.save(model, 'model.pt'); torch.save(optimizer, 'opt.pt')
    return tot/n
