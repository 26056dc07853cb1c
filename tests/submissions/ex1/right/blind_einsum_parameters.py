"""An old hand's version: bare nn.Parameter matrices of shape (in, out), einsum, logsumexp by hand."""

import math

import torch
from torch import nn


def _matrix(rows, columns):
    return nn.Parameter(torch.randn(rows, columns) * math.sqrt(2.0 / rows))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.w1, self.b1 = _matrix(in_features, hidden_dim), nn.Parameter(torch.zeros(hidden_dim))
        self.w2, self.b2 = _matrix(hidden_dim, hidden_dim), nn.Parameter(torch.zeros(hidden_dim))
        self.w3, self.b3 = _matrix(hidden_dim, num_classes), nn.Parameter(torch.zeros(num_classes))

    def forward(self, one_hot):
        h = torch.einsum("bli,ih->blh", one_hot, self.w1) + self.b1
        h = torch.einsum("bli,ih->blh", h.clamp(min=0), self.w2) + self.b2
        return torch.einsum("blh,hc->blc", h.clamp(min=0), self.w3) + self.b3


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        z = model(one_hot)
        e = torch.exp(z - z.amax(dim=-1, keepdim=True))
        return e / e.sum(dim=-1, keepdim=True)


def masked_cross_entropy(logits, labels, mask):
    picked = logits.gather(-1, labels[..., None])[..., 0]
    nll = torch.logsumexp(logits, dim=-1) - picked
    # where, not a product: 0 * inf would be NaN
    nll = torch.where(mask > 0, nll, torch.zeros_like(nll))
    return nll.sum() / torch.clamp(mask.sum(), min=1.0)


def train_epoch(model, loader, optimizer):
    model.train(True)
    total, count = 0.0, 0.0
    for batch in loader:
        x, y, m = (batch[k] for k in ("one_hot", "labels", "mask"))
        optimizer.zero_grad(set_to_none=True)
        loss = masked_cross_entropy(model(x), y, m)
        loss.backward()
        optimizer.step()
        n = float(m.sum())
        total += float(loss.detach()) * n
        count += n
    return total / count
