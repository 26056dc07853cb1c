"""Weights are batch size times padded length.

Loses: training
Named: padding-counted
"""
import torch
from torch import nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.up = nn.Linear(in_features, hidden_dim)
        self.mid = nn.Linear(hidden_dim // 2, 16)
        self.out = nn.Linear(8, num_classes)

    def forward(self, one_hot):
        return self.out(F.glu(self.mid(F.glu(self.up(one_hot), dim=-1)), dim=-1))


class Predictor:
    def __init__(self, model):
        self.model = model

    def __call__(self, x):
        self.model.eval()
        with torch.no_grad():
            return self.model(x).softmax(2)


def predict_probabilities(model, one_hot):
    return Predictor(model)(one_hot)


class MaskedCrossEntropy(nn.Module):
    def forward(self, logits, labels, mask):
        flat = F.cross_entropy(logits.flatten(end_dim=1), labels.flatten(), reduction="none")
        return torch.dot(flat, mask.flatten()) / mask.sum() if mask.any() else flat.new_tensor(0.0)


masked_cross_entropy = MaskedCrossEntropy()


class Trainer:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def step(self, batch):
        self.optimizer.zero_grad()
        loss = masked_cross_entropy(self.model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        self.optimizer.step()
        return loss.item(), batch["one_hot"].shape[0] * batch["one_hot"].shape[1]

    def epoch(self, loader):
        self.model.train()
        results = [self.step(batch) for batch in loader]
        return sum(l * n for l, n in results) / sum(n for _, n in results)


def train_epoch(model, loader, optimizer):
    return Trainer(model, optimizer).epoch(loader)
