"""Bare parameters and einsum; log-probabilities as logits, one-hot targets for the loss."""
import math
import torch
from torch import nn


def weight(rows, columns):
    return nn.Parameter(torch.randn(rows, columns) / math.sqrt(rows))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.w1, self.b1 = weight(in_features, hidden_dim), nn.Parameter(torch.zeros(hidden_dim))
        self.w2, self.b2 = weight(hidden_dim, hidden_dim), nn.Parameter(torch.zeros(hidden_dim))
        self.w3, self.b3 = weight(hidden_dim, num_classes), nn.Parameter(torch.zeros(num_classes))

    def forward(self, one_hot):
        h = torch.einsum("bli,ih->blh", one_hot, self.w1) + self.b1
        h = h.clamp(min=0)
        h = torch.einsum("bli,ih->blh", h, self.w2) + self.b2
        h = h.clamp(min=0)
        z = torch.einsum("blh,hc->blc", h, self.w3) + self.b3
        return z - z.logsumexp(dim=-1, keepdim=True)


def predict_probabilities(model, one_hot):
    model.eval()
    return model(one_hot).detach().exp()


def masked_cross_entropy(logits, labels, mask):
    log_p = torch.log_softmax(logits, dim=-1)
    target = torch.nn.functional.one_hot(labels, logits.shape[-1])
    per_residue = -(log_p * target).sum(-1)
    return (per_residue * mask).sum() / torch.clamp(mask.sum(), min=1.0)


def train_epoch(model, loader, optimizer):
    model.train()
    running, seen = 0.0, 0.0
    for batch in loader:
        optimizer.zero_grad()
        logits = model(batch["one_hot"])
        loss = masked_cross_entropy(logits, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        running += loss.detach() * batch["mask"].sum()
        seen += batch["mask"].sum()
    return running / seen
