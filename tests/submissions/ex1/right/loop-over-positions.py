"""Goes through the positions one by one and stacks what comes out."""
import torch
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.one = nn.Linear(in_features, hidden_dim)
        self.two = nn.Linear(hidden_dim, hidden_dim)
        self.three = nn.Linear(hidden_dim, num_classes)

    def residue(self, row):
        return self.three(torch.relu(self.two(torch.relu(self.one(row)))))

    def forward(self, one_hot):
        rows = []
        for position in range(one_hot.size(1)):
            rows.append(self.residue(one_hot[:, position]))
        return torch.stack(rows, dim=1)


def predict_probabilities(model, one_hot):
    model.eval()
    probabilities = torch.zeros(one_hot.shape[0], one_hot.shape[1], 3)
    with torch.no_grad():
        for i in range(len(one_hot)):
            probabilities[i] = torch.softmax(model(one_hot[i : i + 1])[0], dim=1)
    return probabilities


def masked_cross_entropy(logits, labels, mask):
    where = torch.nonzero(mask, as_tuple=True)
    if len(where[0]) == 0:
        return torch.zeros((), requires_grad=True)
    return nn.functional.cross_entropy(logits[where], labels[where])


def train_epoch(model, loader, optimizer):
    model.train()
    total = torch.tensor(0.0)
    number = torch.tensor(0.0)
    for batch in loader:
        for p in model.parameters():
            p.grad = None
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total += loss * batch["mask"].sum()
            number += batch["mask"].sum()
    return (total / number).item()
