"""Right: a Sequential with PReLU and LayerNorm, the loss a module with NLLLoss."""
from collections import OrderedDict

import torch
from torch import nn


class SecondaryStructureMLP(nn.Sequential):
    """The network *is* a Sequential, so I inherit from it (which is an nn.Module too)."""

    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__(
            OrderedDict(
                [
                    ("norm_in", nn.LayerNorm(in_features, elementwise_affine=False)),
                    ("fc_in", nn.Linear(in_features, hidden_dim)),
                    ("act_in", nn.PReLU(num_parameters=1)),
                    ("norm", nn.LayerNorm(hidden_dim)),
                    ("drop", nn.Dropout(p=0.05)),
                    ("fc_mid", nn.Linear(hidden_dim, hidden_dim)),
                    ("act_mid", nn.PReLU()),
                    ("fc_out", nn.Linear(hidden_dim, num_classes)),
                ]
            )
        )

    def forward(self, one_hot):
        return super().forward(one_hot)


class MaskedCrossEntropy(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_softmax = nn.LogSoftmax(dim=1)
        self.nll = nn.NLLLoss(reduction="sum", ignore_index=-1)

    def forward(self, logits, labels, mask):
        labels = torch.where(mask > 0, labels, torch.full_like(labels, -1))
        log_p = self.log_softmax(logits.movedim(-1, 1))
        n = (labels >= 0).sum()
        return self.nll(log_p, labels) / torch.clamp_min(n, 1)


class Predictor(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.softmax = nn.Softmax(dim=-1)

    @torch.no_grad()
    def forward(self, one_hot):
        return self.softmax(self.model(one_hot))


criterion = MaskedCrossEntropy()


def predict_probabilities(model, one_hot):
    return Predictor(model).eval()(one_hot)


def masked_cross_entropy(logits, labels, mask):
    return criterion(logits, labels, mask)


def train_epoch(model, loader, optimizer):
    if not model.training:
        model.train()
    weighted = []
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        weighted.append((loss.item(), batch["mask"].count_nonzero().item()))
    return sum(l * n for l, n in weighted) / sum(n for _, n in weighted)
