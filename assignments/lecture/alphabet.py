"""Letters and the numbers they stand for: twenty amino acids, three secondary structures."""

import torch
from torch import Tensor

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
STRUCTURES = "HEC"
"""Helix, sheet and coil: classes 0, 1 and 2."""

_CODES = {letter: code for code, letter in enumerate(AMINO_ACIDS, start=1)}


def encode(sequence: str) -> Tensor:
    """A protein as integer codes, `(length,)` int64 (the note's section 6).

    `A` is 1 and `Y` is 20, in the order of `AMINO_ACIDS`; any other letter, a small one too, is 0.
    """
    return torch.tensor([_CODES.get(letter, 0) for letter in sequence], dtype=torch.long)


def one_hot(codes: Tensor) -> Tensor:
    """Codes `(..., length)` int64 as float32 rows `(..., length, 20)`.

    Code k has its 1 in column k - 1; code 0 (padding or an unknown residue) is an all-zero row.
    """
    columns = torch.nn.functional.one_hot(codes, len(AMINO_ACIDS) + 1)
    return columns[..., 1:].to(torch.float32)
