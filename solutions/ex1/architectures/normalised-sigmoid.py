"""A saturating activation of values that are scaled by the norm of each residue's features."""

from torch import Tensor, nn
from torch.nn import functional as F


class Activation(nn.Module):
    def forward(self, features: Tensor) -> Tensor:
        return (4 * F.normalize(features, dim=-1)).sigmoid()
