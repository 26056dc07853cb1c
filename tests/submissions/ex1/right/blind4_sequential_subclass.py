import torch, torch.nn as nn, torch.nn.functional as F

class SecondaryStructureMLP(nn.Sequential):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__(
            nn.Linear(in_features, hidden_dim), nn.SiLU(), nn.Dropout(0.1),
            nn.Linear(hidden_dim, 2 * hidden_dim), nn.LeakyReLU(inplace=True),
            nn.Linear(2 * hidden_dim, num_classes),
        )

predict_probabilities = torch.no_grad()(lambda model, one_hot: model.eval()(one_hot).softmax(-1))

masked_cross_entropy = lambda logits, labels, mask: F.cross_entropy(logits[mask == 1], labels[mask == 1], reduction="sum") / (mask == 1).sum().clamp(min=1)

def train_epoch(model, loader, optimizer):
    def one(b):
        optimizer.zero_grad(); loss = masked_cross_entropy(model(b["one_hot"]), b["labels"], b["mask"]); loss.backward(); optimizer.step()
        return loss.item(), b["mask"].sum().item()
    model.train(); results = [one(b) for b in loader]
    return sum(l * n for l, n in results) / sum(n for _, n in results)
