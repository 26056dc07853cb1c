"""The epoch weighs each batch by its positions, padding included.

Loses: training
Named: padding-counted
"""
import torch
from torch import nn, optim
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, n_in=20, n_hidden=64, n_out=3, p=0.3):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(n_in, n_hidden), nn.Linear(n_hidden, n_hidden), nn.Linear(n_hidden, n_out)])
        self.drop = nn.Dropout(p)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = self.drop(F.elu(layer(x)))
        return self.layers[-1](x)


def predict_probabilities(net, x):
    net.eval()
    with torch.no_grad():
        out = F.log_softmax(net(x), dim=-1).exp()
    return out


def masked_cross_entropy(pred, target, m, eps=1e-8):
    target = torch.where(m > 0, target, torch.full_like(target, -100))
    summed = F.cross_entropy(pred.transpose(1, 2), target, ignore_index=-100, reduction="sum")
    return summed / max(m.sum().item(), 1)


def train_epoch(net, batches, opt):
    net.train()
    for b in batches:
        opt.zero_grad()
        masked_cross_entropy(pred=net(b["one_hot"]), target=b["labels"], m=b["mask"]).backward()
        opt.step()
    net.eval()
    with torch.no_grad():
        n = sum(b["mask"].numel() for b in batches)
        return float(sum(masked_cross_entropy(net(b["one_hot"]), b["labels"], b["mask"]) * b["mask"].numel() for b in batches) / n)
