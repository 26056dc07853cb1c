"""The bias as a further row of each weight matrix, with a column of ones; in-place activation."""
import torch
from torch import nn


def with_ones(x):
    return torch.cat([x, torch.ones(*x.shape[:-1], 1, device=x.device)], dim=-1)


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(in_features + 1, hidden_dim) * 0.2)
        self.W2 = nn.Parameter(torch.randn(hidden_dim + 1, hidden_dim) * 0.12)
        self.W3 = nn.Parameter(torch.randn(hidden_dim + 1, num_classes) * 0.12)

    def forward(self, one_hot):
        h = with_ones(one_hot) @ self.W1
        h = torch.relu_(h)
        h = with_ones(h) @ self.W2
        h = torch.relu_(h)
        return with_ones(h) @ self.W3


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return torch.softmax(model(one_hot), -1)


def masked_cross_entropy(logits, labels, mask):
    n = mask.sum()
    loss = nn.CrossEntropyLoss(reduction="none")(logits.transpose(-1, -2), labels)
    loss = loss.masked_fill(mask == 0, 0.0).sum()
    return loss / n if n > 0 else loss


def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for i, batch in enumerate(loader):
        optimizer.zero_grad()
        out = model(batch["one_hot"])
        loss = masked_cross_entropy(out, batch["labels"], batch["mask"])
        grads = torch.autograd.grad(loss, list(model.parameters()))
        for p, g in zip(model.parameters(), grads):
            p.grad = g
        optimizer.step()
        k = int(batch["mask"].sum().item())
        total += loss.item() * k
        count += k
    return float(total / count)
