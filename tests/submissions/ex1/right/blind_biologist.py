"""A beginner's version: three nn.Linear, protein after protein in a for loop, many comments."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.layer1 = nn.Linear(in_features, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, hidden_dim)
        self.layer3 = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        x = self.layer1(one_hot)
        x = torch.relu(x)
        x = self.layer2(x)
        x = torch.relu(x)
        x = self.layer3(x)
        return x


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        logits = model(one_hot)
        probabilities = torch.softmax(logits, dim=2)
    return probabilities


def masked_cross_entropy(logits, labels, mask):
    number_of_proteins = logits.shape[0]
    total = 0
    how_many = 0
    for i in range(number_of_proteins):
        # take only the real residues of protein i
        real = mask[i] == 1
        n = int(real.sum())
        if n == 0:
            continue
        loss_of_protein = F.cross_entropy(logits[i][real], labels[i][real], reduction="sum")
        total = total + loss_of_protein
        how_many = how_many + n
    if how_many == 0:
        return torch.tensor(0.0, device=logits.device)
    return total / how_many


def train_epoch(model, loader, optimizer):
    model.train()
    sum_of_losses = 0.0
    number_of_residues = 0
    for batch in loader:
        optimizer.zero_grad()
        logits = model(batch["one_hot"])
        loss = masked_cross_entropy(logits, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        n = batch["mask"].sum().item()
        sum_of_losses = sum_of_losses + loss.item() * n
        number_of_residues = number_of_residues + n
    return sum_of_losses / number_of_residues
