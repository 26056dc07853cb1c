"""Wrong: the epoch's loss is weighted by the number of proteins in each batch instead of the real residues.

Loses: training
Named: weighted-by-proteins
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    """My first network :)"""

    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super(SecondaryStructureMLP, self).__init__()
        self.layer1 = nn.Linear(in_features, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, hidden_dim)
        self.layer3 = nn.Linear(hidden_dim, num_classes)
        self.relu = nn.ReLU()

    def forward(self, one_hot):
        out1 = self.relu(self.layer1(one_hot))
        out2 = self.relu(self.layer2(out1))
        out3 = self.layer3(out2)
        return out3


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        return F.softmax(model(one_hot), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    real = mask == 1
    number = real.sum()
    if number == 0:
        return torch.tensor(0.0, device=logits.device)
    losses = F.cross_entropy(logits[real], labels[real], reduction="none")
    return losses.sum() / number


def train_epoch(model, loader, optimizer):
    model.train()
    running_loss = 0.0
    seen = 0
    for batch in loader:
        optimizer.zero_grad()
        logits = model(batch["one_hot"])
        loss = masked_cross_entropy(logits, batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * batch["one_hot"].size(0)
        seen += batch["one_hot"].size(0)
    return running_loss / seen
