"""Keeps an average of the weights beside the network, and steps by a closure."""

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

from torch.optim.swa_utils import AveragedModel
def train_epoch(model, loader, optimizer):
    ema = AveragedModel(model); model.train()
    best = copy.deepcopy(model.state_dict()); meter = []
    for step, b in enumerate(loader):
        def closure():
            optimizer.zero_grad()
            l = masked_cross_entropy(logits=model(b["one_hot"]), labels=b["labels"], mask=b["mask"].bool())
            l.backward(); meter.append((l.item(), b["mask"].sum().item())); return l
        optimizer.step(closure); ema.update_parameters(model)
    return sum(l*k for l, k in meter) / sum(k for _, k in meter)
