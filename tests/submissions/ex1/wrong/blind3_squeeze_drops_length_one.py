"""squeeze() drops a length of 1.

Loses: shape
"""
# 中文注释:最后用 squeeze 去掉多余的维度
import torch
from torch import nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.c1 = nn.Conv2d(in_features, hidden_dim, 1)
        self.c2 = nn.Conv2d(hidden_dim, hidden_dim, 1)
        self.c3 = nn.Conv2d(hidden_dim, num_classes, 1)

    def forward(self, one_hot):
        x = one_hot.permute(0, 2, 1).unsqueeze(3)  # (B, 20, L, 1)
        x = F.relu(self.c1(x))
        x = F.relu(self.c2(x))
        return self.c3(x).permute(0, 2, 1, 3).squeeze()  # (B, L, 3)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return F.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    keep = mask.reshape(-1) > 0
    z = logits.reshape(-1, logits.shape[-1])[keep]
    y = labels.reshape(-1)[keep]
    return F.cross_entropy(z, y, reduction="sum") / keep.sum().clamp(min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    total, n = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        k = int(batch["mask"].sum())
        total += loss.item() * k
        n += k
    return total / n
