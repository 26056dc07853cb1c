"""Right: a one-liner fan; the network is a Sequential's __call__, the loss a torch.where, the epoch a generator of pairs."""
import torch
from torch import nn
import torch.nn.functional as F


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(in_features, hidden_dim), nn.ELU(), nn.Linear(hidden_dim, 2 * hidden_dim), nn.ReLU(), nn.Linear(2 * hidden_dim, num_classes))

    forward = lambda self, one_hot: self.net(one_hot)


predict_probabilities = torch.no_grad()(lambda model, one_hot: F.softmax(model.eval()(one_hot), dim=-1))


def masked_cross_entropy(logits, labels, mask):
    # clean the padded logits first, so that no number there can reach the loss
    return (F.nll_loss(F.log_softmax(torch.where(mask.bool().unsqueeze(-1), logits, torch.zeros_like(logits)), -1).movedim(-1, 1), labels, reduction="none") * mask).sum() / mask.sum().clamp_min(1.0)


def _one(model, batch, optimizer):
    optimizer.zero_grad(), (loss := masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])).backward(), optimizer.step()
    return loss.item() * (n := batch["mask"].sum().item()), n


def train_epoch(model, loader, optimizer):
    return (lambda sums: sums[0] / sums[1])([sum(column) for column in zip(*[_one(model.train(), batch, optimizer) for batch in loader])])
