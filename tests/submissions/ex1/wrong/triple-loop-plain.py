"""for x, y, mask in loader, straight into the model.

Loses: training, learns
Named: unpacks-tuples
"""
import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.beta = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        x = x * self.gamma + self.beta
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.num_classes = num_classes
        self.first = nn.Linear(in_features, hidden_dim)
        self.norm = Norm(hidden_dim)
        self.second = nn.Linear(hidden_dim, hidden_dim)
        self.third = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        output = torch.zeros(*one_hot.shape[:2], self.num_classes, device=one_hot.device)
        for protein in range(one_hot.shape[0]):
            h = torch.relu(self.norm(self.first(one_hot[protein])))
            h = torch.relu(self.second(h))
            output[protein] = self.third(h)
        return output


def predict_probabilities(model, one_hot):
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            return model(one_hot).softmax(dim=-1)
    finally:
        model.train(mode)


def masked_cross_entropy(logits, labels, mask):
    labels = labels.masked_fill(mask == 0, -100)
    if (labels == -100).all():
        return torch.zeros(1, requires_grad=True).sum()
    return nn.CrossEntropyLoss(ignore_index=-100)(logits.view(-1, logits.size(-1)), labels.view(-1))


def train_epoch(model, loader, optimizer):
    model.train()
    sums = [0.0, 0.0]
    for x, y, m in loader:
        loss = masked_cross_entropy(model(x), y, m)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        n = float(m.sum())
        sums[0] += loss.item() * n
        sums[1] += n
    model.eval()
    return sums[0] / sums[1]
