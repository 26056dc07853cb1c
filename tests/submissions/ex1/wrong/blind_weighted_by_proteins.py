"""The epoch's loss weights each batch by its number of proteins instead of its real residues.
Loses: training
Named: weighted-by-proteins
"""

import torch
from torch import nn


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        sizes = [in_features, hidden_dim, hidden_dim, num_classes]
        layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(a, b), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, one_hot):
        return self.layers(one_hot)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return model(one_hot).softmax(dim=-1)


def masked_cross_entropy(logits, labels, mask):
    log_p = logits.log_softmax(dim=-1)
    picked = -log_p.gather(2, labels.unsqueeze(2)).squeeze(2)
    n = mask.sum()
    return (picked * mask).sum() / n if n > 0 else torch.zeros((), device=logits.device)


def train_epoch(model, loader, optimizer):
    model.train()
    total, samples = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        total += loss.item() * batch["one_hot"].size(0)
        samples += batch["one_hot"].size(0)
    return total / samples
