"""The sum over residues.

Loses: masked-loss
May lose: learns
"""
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.first = nn.Linear(in_features, hidden_dim, bias=False)
        self.second = weight_norm(nn.Linear(hidden_dim, hidden_dim))
        self.third = nn.LazyLinear(num_classes)

    def forward(self, one_hot):
        return self.third(nn.functional.mish(self.second(nn.functional.mish(self.first(one_hot)))))


def predict_probabilities(model, one_hot):
    model.train(False)
    with torch.no_grad():
        return model(one_hot).softmax(dim=-1)


def masked_cross_entropy(logits, labels, mask):
    weights = mask
    return (weights * nn.functional.cross_entropy(logits.movedim(-1, 1), labels, reduction="none")).sum()


def train_epoch(model, loader, optimizer):
    model.train()
    losses = 0.0
    residues = 0.0
    for batch in loader:
        def closure():
            optimizer.zero_grad()
            loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
            loss.backward()
            return loss
        loss = optimizer.step(closure)
        losses += loss.item() * batch["mask"].sum().item()
        residues += batch["mask"].sum().item()
    return losses / residues
