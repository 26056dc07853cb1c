"""Right: 1x1 convolutions in two dimensions, hardswish and mish, the mode restored by a decorator."""
import torch
from torch import Tensor, nn
from torch.nn import functional as F

NUM_MATRICES = 3


class Pointwise(nn.Conv2d):
    """A 1x1 convolution: one weight matrix, applied to each residue."""

    def __init__(self, c_in, c_out):
        super().__init__(c_in, c_out, kernel_size=(1, 1))


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        dims = [in_features, hidden_dim, hidden_dim + 16, num_classes]
        for k in range(NUM_MATRICES):
            self.add_module(f"matrix{k + 1}", Pointwise(dims[k], dims[k + 1]))
        self.dropout = nn.Dropout(0.1)

    def forward(self, one_hot: Tensor) -> Tensor:
        x = one_hot.transpose(1, 2).unsqueeze(-1)  # (B, F, L, 1)
        x = self.dropout(F.hardswish(self.matrix1(x)))
        x = self.dropout(F.mish(self.matrix2(x)))
        x = self.matrix3(x)
        return x.squeeze(-1).transpose(1, 2).contiguous()  # only the dimension that I added


def in_eval_mode(function):
    """Decorator: eval mode and no gradients while the function runs; then the old mode again."""

    def wrapper(model, *args, **kwargs):
        modes = {m: m.training for m in model.modules()}
        model.eval()
        try:
            with torch.no_grad():
                return function(model, *args, **kwargs)
        finally:
            for m, mode in modes.items():
                m.training = mode

    return wrapper


@in_eval_mode
def predict_probabilities(model, one_hot):
    return F.softmax(model(one_hot), dim=-1, dtype=torch.float32)


def masked_cross_entropy(logits, labels, mask):
    # one-hot labels times log-probabilities; padding is cut off before, by weights of the rows
    keep = mask.flatten().nonzero().flatten()
    z = logits.flatten(end_dim=1)[keep]
    t = F.one_hot(labels.flatten()[keep], logits.shape[-1]).to(z.dtype)
    return -torch.einsum("nc,nc->", t, z.log_softmax(-1)) / max(1, len(keep))


def batches_trained(model, loader, optimizer):
    """Generator: trains on a batch, then yields (sum of its losses, number of residues)."""
    for batch in loader:
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        residues = batch["mask"].sum()
        yield torch.stack([loss.detach() * residues, residues])


def train_epoch(model, loader, optimizer):
    model.train()
    loss, residues = torch.stack(list(batches_trained(model, loader, optimizer))).double().sum(0).tolist()
    return loss / residues
