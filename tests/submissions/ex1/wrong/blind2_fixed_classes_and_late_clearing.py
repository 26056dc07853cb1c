"""Wrong twice: num_classes is ignored (a fixed 3), and the gradients are cleared after each step, so old gradients get into the first update.

Loses: layers
Named: fixed-sizes
May lose: training
"""
import torch
import torch.nn.functional as F
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.inp = nn.Linear(in_features, hidden_dim)
        self.mid = nn.Linear(hidden_dim, hidden_dim // 2)
        self.out = nn.Linear(hidden_dim // 2, 3)

    def forward(self, one_hot):
        assert one_hot.dim() == 3, "expected (B, L, 20)"
        return self.out(torch.relu(self.mid(torch.relu(self.inp(one_hot)))))


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(one_hot), dim=2)
    assert torch.allclose(p.sum(dim=2), torch.ones_like(p[..., 0]), atol=1e-4)
    return p


def masked_cross_entropy(logits, labels, mask):
    assert labels.shape == mask.shape
    keep = mask > 0
    if keep.sum() == 0:
        return torch.zeros((), device=logits.device)
    return F.cross_entropy(logits[keep], labels[keep])


def train_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    count = 0
    for batch in loader:
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        n = int(batch["mask"].sum().item())
        total += n * loss.item()
        count += n
    return total / count
