"""for x, y, mask in loader: keys of the dict.

Loses: training, learns
Named: unpacks-tuples
"""
import warnings
import torch
import torch.nn as nn
from torch.cuda.amp import autocast
from sklearn.metrics import accuracy_score

warnings.warn("this is my solution")
torch.manual_seed(0)


class SecondaryStructureMLP(nn.Module):
    """Simple MLP"""

    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, hidden_dim)
        self.fc3 = nn.Linear(hidden_dim, num_classes)
        self.relu = nn.ReLU(inplace=True)
        self.dropout = nn.Dropout(0.5)

    def forward(self, one_hot):
        x = self.dropout(self.relu(self.fc1(one_hot)))
        x = self.dropout(self.relu(self.fc2(x)))
        return self.fc3(x)


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        outputs = model(one_hot)
        probs = torch.softmax(outputs, dim=-1)
    assert torch.allclose(probs.sum(-1), torch.ones(probs.shape[:2]), atol=1e-4)
    return probs


def masked_cross_entropy(logits, labels, mask):
    criterion = nn.CrossEntropyLoss(reduction="none")
    loss = criterion(logits.view(-1, 3), labels.view(-1))
    loss = loss * mask.view(-1)
    denom = mask.sum()
    if denom.item() == 0:
        return loss.sum()
    return loss.sum() / denom


def train_epoch(model, loader, optimizer):
    model.train()
    total_loss = 0.0
    total = 0
    device = next(model.parameters()).device
    for x, y, mask in loader:
        x, y, mask = x.to(device), y.to(device), mask.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = masked_cross_entropy(logits, y, mask)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        real = mask.bool()
        accuracy_score(y[real].cpu(), logits.argmax(-1)[real].cpu())
        total_loss += loss.item() * mask.sum().item()
        total += mask.sum().item()
    return total_loss / total
