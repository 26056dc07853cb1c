"""Convolutions of width one as the three matrices (a residue alone is seen), with a print for each epoch."""

import torch
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(in_features, hidden_dim, kernel_size=1),
            nn.LeakyReLU(),
            nn.Conv1d(hidden_dim, 32, kernel_size=1),
            nn.LeakyReLU(),
            nn.Conv1d(32, num_classes, kernel_size=1),
        )

    def forward(self, one_hot):
        x = one_hot.permute(0, 2, 1)  # (B, 20, L), the channels come second in a Conv1d
        return self.net(x).permute(0, 2, 1)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return nn.Softmax(dim=-1)(model(one_hot))


def masked_cross_entropy(logits, labels, mask):
    losses = nn.CrossEntropyLoss(reduction="none")(logits.permute(0, 2, 1), labels)  # (B, L)
    n = mask.sum()
    if n == 0:
        return (losses * 0).sum()
    return (losses * mask).sum() / n


def train_epoch(model, loader, optimizer):
    model.train()
    losses, counts = [], []
    for i, batch in enumerate(loader):
        optimizer.zero_grad()
        out = model(batch["one_hot"])
        loss = masked_cross_entropy(out, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        counts.append(batch["mask"].sum())
    losses, counts = torch.stack(losses), torch.stack(counts)
    result = ((losses * counts).sum() / counts.sum()).item()
    print(f"{i + 1} batches, {int(counts.sum())} residues, loss {result:.4f}")
    return result
