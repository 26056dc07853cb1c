"""No convolution: the mean of the residues' embeddings, dropout, and two layers."""

import torch
from torch import Tensor, nn


class ProteinSolubilityClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(21, 64, padding_idx=0)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 2))

    def forward(self, sequence: Tensor, mask: Tensor | None = None) -> Tensor:
        real = torch.ones_like(sequence).unsqueeze(-1) if mask is None else mask.unsqueeze(-1)
        return self.head((self.embedding(sequence) * real).sum(dim=1) / real.sum(dim=1))
