"""The two networks of the note."""

import torch
from torch import Tensor, nn


class ProteinNet(nn.Module):
    """A two-layer network over one feature vector a protein (the note's section 4)."""

    def __init__(self, input_dim: int, hidden_dim: int, output_dim: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.output = nn.Linear(hidden_dim, output_dim)

    def forward(self, features: Tensor) -> Tensor:
        """`(batch, input_dim)` float32 -> `(batch, output_dim)`."""
        outputs: Tensor = self.output(torch.relu(self.hidden(features)))
        return outputs


class ProteinSolubilityClassifier(nn.Module):
    """A 1D convolutional network over residues, soluble or not (the note's section 7).

    Each position sees five residues, then nine; the mean over the real positions is classified.
    A protein's logits do not depend on how far its batch is padded.
    """

    def __init__(
        self, vocab_size: int = 21, embed_dim: int = 64, hidden_dim: int = 128, num_classes: int = 2
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.conv1 = nn.Conv1d(embed_dim, hidden_dim, kernel_size=5, padding="same")
        self.conv2 = nn.Conv1d(hidden_dim, hidden_dim, kernel_size=5, padding="same")
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(hidden_dim, num_classes)

    def forward(self, sequence: Tensor, mask: Tensor | None = None) -> Tensor:
        """Codes `(batch, length)` int64 and mask `(batch, length)` float32 -> logits `(batch, num_classes)`.

        Without a mask every position is taken as real.
        """
        if mask is None:
            mask = torch.ones_like(sequence, dtype=torch.float32)
        real = mask.unsqueeze(1)
        # A convolution's bias makes padding non-zero, and the next one would let it leak
        # into the protein's last residues: so the mask comes after each.
        residues = self.embedding(sequence).transpose(1, 2) * real
        residues = self.dropout(torch.relu(self.conv1(residues))) * real
        residues = torch.relu(self.conv2(residues)) * real
        logits: Tensor = self.output(residues.sum(dim=2) / real.sum(dim=2).clamp(min=1))
        return logits
