"""Network and loss go from residue to residue, the softmax class by class: slow, and right."""
import math
import torch
from torch import nn

class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.layer1 = nn.Linear(in_features, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, hidden_dim)
        self.layer3 = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        rows = []
        for protein in one_hot:
            rows.append(torch.stack([self.layer3(torch.relu(self.layer2(torch.relu(self.layer1(residue))))) for residue in protein]))
        return torch.stack(rows)

def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return torch.softmax(model(one_hot), dim=-1)

def masked_cross_entropy(logits, labels, mask):
    total = torch.tensor(0.0)
    count = 0
    for b in range(logits.shape[0]):
        for i in range(logits.shape[1]):
            if mask[b, i] == 1:
                z = logits[b, i] - logits[b, i].max()
                denominator = 0.0
                for c in range(3):
                    denominator = denominator + torch.exp(z[c])
                total = total - torch.log(torch.exp(z[labels[b, i]]) / denominator)
                count += 1
    return total / count if count else total

def train_epoch(model, loader, optimizer):
    model.train()
    total, residues = 0.0, 0
    for batch in loader:
        optimizer.zero_grad()
        logits = model(batch["one_hot"])
        loss = masked_cross_entropy(logits, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        n = int(batch["mask"].sum())
        total += loss.item() * n
        residues += n
    return total / residues
