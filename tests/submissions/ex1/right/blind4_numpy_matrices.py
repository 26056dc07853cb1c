# exercise 1 -- I come from numpy, so matrices by hand
import numpy as np
import torch
import torch.nn as nn


def _glorot(n_in, n_out):
    lim = np.sqrt(6.0 / (n_in + n_out))
    return nn.Parameter(torch.from_numpy(np.random.uniform(-lim, lim, size=(n_in, n_out)).astype(np.float32)))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        H2 = hidden_dim + 16
        self.W1, self.b1 = _glorot(in_features, hidden_dim), nn.Parameter(torch.zeros(hidden_dim))
        self.W2, self.b2 = _glorot(hidden_dim, H2), nn.Parameter(torch.zeros(H2))
        self.W3, self.b3 = _glorot(H2, num_classes), nn.Parameter(torch.zeros(num_classes))

    def forward(self, one_hot):
        h = torch.einsum("blf,fh->blh", one_hot, self.W1) + self.b1
        h = torch.maximum(h, torch.zeros_like(h))            # np.maximum(h, 0)
        h = torch.einsum("blh,hk->blk", h, self.W2) + self.b2
        h = h.clamp(min=0)
        return torch.einsum("blk,kc->blc", h, self.W3) + self.b3


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        z = model(one_hot)
        z = z - z.amax(axis=-1, keepdims=True)
        e = torch.exp(z)
        return e / e.sum(axis=-1, keepdims=True)


def masked_cross_entropy(logits, labels, mask):
    real = mask > 0
    z, y = logits[real], labels[real]          # (n, 3), (n,)
    n = z.shape[0]
    if n == 0:
        return logits.new_zeros(())
    logp = z - torch.logsumexp(z, 1, keepdim=True)
    return -logp[torch.arange(n, device=z.device), y].mean()


def train_epoch(model, loader, optimizer):
    model.train()
    losses, weights = [], []
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        weights.append(batch["mask"].sum().item())
    return float(np.average(losses, weights=weights))


if __name__ == "__main__":
    m = SecondaryStructureMLP()
    print(m(torch.zeros(2, 5, 20)).shape)
