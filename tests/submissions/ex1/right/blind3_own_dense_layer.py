"""Right: a dense layer of one's own, assertions on the input, set_grad_enabled."""
import math
from typing import Literal

import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        k = 1.0 / math.sqrt(n_in)
        self.weight = nn.Parameter(torch.empty(n_in, n_out).uniform_(-k, k))
        self.bias = nn.Parameter(torch.empty(n_out).uniform_(-k, k))

    def forward(self, x):
        return x @ self.weight + self.bias


class Activation(nn.Module):
    def __init__(self, name: Literal["relu", "tanh", "softplus"] = "relu"):
        super().__init__()
        self.name = name

    def forward(self, x):
        match self.name:
            case "relu":
                return x.clamp(min=0)
            case "tanh":
                return x.tanh()
            case "softplus":
                return torch.log1p(torch.exp(-x.abs())) + x.clamp(min=0)
            case other:
                raise ValueError(f"no activation called {other!r}")


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features: int = 20, hidden_dim: int = 64, num_classes: int = 3, activation: str = "relu"):
        assert min(in_features, hidden_dim, num_classes) >= 1, "all widths must be positive"
        super().__init__()
        self.in_features = in_features
        self.block1 = Dense(in_features, hidden_dim)
        self.block2 = Dense(hidden_dim, hidden_dim)
        self.block3 = Dense(hidden_dim, num_classes)
        self.act = Activation(activation)

    def forward(self, one_hot):
        assert one_hot.dim() == 3, f"expected (batch, length, features), got {tuple(one_hot.shape)}"
        assert one_hot.size(-1) == self.in_features
        return self.block3(self.act(self.block2(self.act(self.block1(one_hot)))))


def predict_probabilities(model, one_hot):
    model.eval()
    previous = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        logits = model(one_hot)
        return (logits - logits.logsumexp(-1, keepdim=True)).exp()
    finally:
        torch.set_grad_enabled(previous)


def masked_cross_entropy(logits, labels, mask):
    assert logits.shape[:2] == labels.shape == mask.shape
    real = mask.to(torch.bool)
    log_p = torch.masked_select(logits, real[..., None]).view(-1, logits.size(-1)).log_softmax(1)
    y = torch.masked_select(labels, real)
    n = y.numel()
    if n == 0:
        return torch.zeros_like(logits[..., 0]).sum()
    return -log_p[torch.arange(n, device=y.device), y].mean()


def train_epoch(model, loader, optimizer):
    model.train()
    total = torch.zeros((), dtype=torch.float64)
    seen = torch.zeros((), dtype=torch.float64)
    for step, batch in enumerate(loader):
        missing = {"one_hot", "labels", "mask"} - set(batch)
        assert not missing, f"batch {step} lacks {missing}"
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        assert torch.isfinite(loss), f"loss of batch {step} is {loss}"
        loss.backward()
        optimizer.step()
        n = batch["mask"].sum().double().cpu()
        total += loss.detach().double().cpu() * n
        seen += n
    return (total / seen).item()
