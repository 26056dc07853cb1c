"""nn.Softmax without dim: over the batch.

Loses: probabilities
Named: softmax-over-length
"""
import torch
from torch import nn
from torch.nn import functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv1d(in_features, hidden_dim, kernel_size=1),
            nn.GELU(),
            nn.Dropout(0.2),
            nn.Conv1d(hidden_dim, hidden_dim, kernel_size=1),
            nn.GELU(),
            nn.Dropout(0.2),
            nn.Conv1d(hidden_dim, num_classes, kernel_size=1),
        )

    def forward(self, one_hot):
        return self.net(one_hot.permute(0, 2, 1)).permute(0, 2, 1)


def predict_probabilities(model, one_hot):
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        p = nn.Softmax()(model(one_hot))
    model.train(was_training)
    return p


def masked_cross_entropy(logits, labels, mask):
    real = mask.bool()
    if not real.any():
        return 0.0 * logits.sum()
    return F.cross_entropy(logits[real], labels[real])


def train_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    residues = 0
    for batch in loader:
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        n = int(batch["mask"].sum())
        total += float(loss) * n
        residues += n
    return total / residues
