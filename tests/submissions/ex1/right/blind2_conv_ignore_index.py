"""Right: a convolution fan with width-1 convolutions and GELU, the loss through ignore_index and reduction='sum'."""
import torch
import torch.nn.functional as F
from torch import nn

IGNORE = -100


class SecondaryStructureMLP(nn.Module):

    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.conv_a = nn.Conv1d(in_features, hidden_dim, 1)
        self.conv_b = nn.Conv1d(hidden_dim, hidden_dim, 1)
        self.conv_c = nn.Conv1d(hidden_dim, num_classes, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, one_hot):
        x = one_hot.permute(0, 2, 1)            # channels first
        x = self.drop(F.gelu(self.conv_a(x)))
        x = self.drop(F.gelu(self.conv_b(x)))
        x = self.conv_c(x)
        return x.permute(0, 2, 1).contiguous()  # channels last


@torch.no_grad()
def predict_probabilities(model, one_hot):
    return model.eval()(one_hot).softmax(-1)


def masked_cross_entropy(logits, labels, mask):
    target = labels.masked_fill(mask == 0, IGNORE)
    total = F.cross_entropy(logits.transpose(1, 2), target, ignore_index=IGNORE, reduction="sum")
    return total / torch.clamp((target != IGNORE).sum(), min=1)


def train_epoch(model, loader, optimizer):
    model.train()
    sums = []
    counts = []
    for batch in loader:
        x, y, m = batch["one_hot"], batch["labels"], batch["mask"]
        optimizer.zero_grad(set_to_none=True)
        loss = masked_cross_entropy(model(x), y, m)
        loss.backward()
        optimizer.step()
        sums.append(loss.item() * m.sum().item())
        counts.append(m.sum().item())
    return sum(sums) / sum(counts)
