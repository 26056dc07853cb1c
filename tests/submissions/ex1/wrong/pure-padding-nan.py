"""0/0 on pure padding.

Loses: masked-loss
Named: nan-on-pure-padding
"""
import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.sizes = [(in_features, hidden_dim), (hidden_dim, hidden_dim), (hidden_dim, num_classes)]
        parts = []
        for a, b in self.sizes:
            parts.append(rng.normal(0, np.sqrt(2 / a), a * b))
            parts.append(np.zeros(b))
        self.theta = nn.Parameter(torch.tensor(np.concatenate(parts), dtype=torch.float32))

    def forward(self, one_hot):
        h, at = one_hot, 0
        for i, (a, b) in enumerate(self.sizes):
            w = self.theta[at : at + a * b].view(a, b)
            at += a * b
            bias = self.theta[at : at + b]
            at += b
            h = h @ w + bias
            if i < 2:
                h = h * (h > 0)
        return h


def predict_probabilities(model, one_hot):
    model.eval()
    z = model(one_hot).detach().numpy()
    e = np.exp(z - z.max(-1, keepdims=True))
    return torch.from_numpy(e / e.sum(-1, keepdims=True))


def masked_cross_entropy(logits, labels, mask):
    keep = np.flatnonzero(mask.cpu().numpy().reshape(-1))
    z = logits.reshape(-1, logits.shape[-1])[keep]
    y = labels.reshape(-1)[keep]
    return (torch.logsumexp(z, 1) - z[torch.arange(len(y)), y]).mean()


def train_epoch(model, loader, optimizer):
    model.train()
    history = np.array([one_batch(model, batch, optimizer) for batch in loader])
    return (history[:, 0] * history[:, 1]).sum() / history[:, 1].sum()


def one_batch(model, batch, optimizer):
    optimizer.zero_grad()
    loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
    loss.backward()
    optimizer.step()
    return loss.item(), batch["mask"].sum().item()
