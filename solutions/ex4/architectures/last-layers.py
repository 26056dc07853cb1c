"""The lecture's convolutions with two last layers, dropout between them, and the mask at the pooling alone."""

import torch
from torch import Tensor, nn


class ProteinSolubilityClassifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(21, 64, padding_idx=0)
        self.conv1 = nn.Conv1d(64, 128, 5, padding=2)
        self.conv2 = nn.Conv1d(128, 128, 5, padding=2)
        self.head = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2))

    def forward(self, sequence: Tensor, mask: Tensor | None = None) -> Tensor:
        residues = self.embedding(sequence).transpose(1, 2)
        residues = torch.relu(self.conv2(torch.relu(self.conv1(residues))))
        real = torch.ones_like(sequence).unsqueeze(1) if mask is None else mask.unsqueeze(1)
        return self.head((residues * real).sum(dim=2) / real.sum(dim=2))
