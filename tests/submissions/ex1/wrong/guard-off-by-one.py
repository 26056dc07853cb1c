"""The guard against pure padding takes a batch with one real residue for empty, too.

Loses: masked-loss
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super(SecondaryStructureMLP, self).__init__()
        self.fc1 = nn.Linear(in_features, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim // 2)
        self.fc3 = nn.Linear(hidden_dim // 2, num_classes)

    def forward(self, one_hot):
        h = torch.tanh(self.fc1(one_hot))
        h = torch.tanh(self.fc2(h))
        return self.fc3(h)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        logits = model(one_hot)
        print("logits", logits.shape)
        return F.softmax(logits, dim=2)


def masked_cross_entropy(logits, labels, mask):
    B, L, C = logits.shape
    ce = F.cross_entropy(logits.reshape(B * L, C), labels.reshape(B * L), reduction="none")
    m = mask.reshape(B * L)
    n = m.sum()
    if n <= 1:
        return (logits * 0).sum()
    return (ce * m).sum() / n


def train_epoch(model, loader, optimizer):
    model.train()
    losses, counts = [], []
    for batch in loader:
        x, y, m = batch["one_hot"], batch["labels"], batch["mask"]
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(x), y, m)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        counts.append(m.sum().item())
        print("loss", losses[-1])
    return sum(l * c for l, c in zip(losses, counts)) / sum(counts)


if __name__ == "__main__":
    from lecture import load_secondary_structure
    print(load_secondary_structure())
