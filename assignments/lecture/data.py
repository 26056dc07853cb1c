"""Proteins as items, items as padded batches."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from lecture.alphabet import STRUCTURES, encode, one_hot

Item = dict[str, Tensor]


class ProteinDataset(Dataset[Item]):
    """Proteins with one label each (the note's section 6, without its padding to `max_len`).

    An item is `{'sequence': (L,) int64, 'mask': (L,) float32, 'label': () int64}` where L is the
    protein's length, at most `max_len`. Raises `ValueError` where sequences and labels differ in
    number, a sequence is empty, or `max_len` is below 1.
    """

    def __init__(self, sequences: Sequence[str], labels: Sequence[int], max_len: int = 512) -> None:
        _refuse_unusable(sequences, labels, max_len)
        # Lists: a pandas column that was split and shuffled would be read by its old row numbers.
        self.sequences = list(sequences)
        self.labels = [int(label) for label in labels]
        self.max_len = max_len

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Item:
        sequence = encode(self.sequences[index][: self.max_len])
        return {
            "sequence": sequence,
            "mask": torch.ones(len(sequence), dtype=torch.float32),
            "label": torch.tensor(self.labels[index]),
        }


class ResidueDataset(Dataset[Item]):
    """Proteins with one label for each residue, as exercise 1 reads them.

    `structures` are strings of `H`, `E` and `C`, one letter a residue. An item is
    `{'one_hot': (L, 20) float32, 'labels': (L,) int64, 'mask': (L,) float32}`. Raises `ValueError`
    as `ProteinDataset` does, and where a structure differs from its sequence in length or has other letters.
    """

    def __init__(self, sequences: Sequence[str], structures: Sequence[str], max_len: int = 512) -> None:
        _refuse_unusable(sequences, structures, max_len)
        for number, (sequence, structure) in enumerate(zip(sequences, structures, strict=True)):
            if len(sequence) != len(structure) or set(structure) - set(STRUCTURES):
                raise ValueError(
                    f"protein {number} has {len(sequence)} residues and the structure {structure!r}; "
                    f"give one letter of {STRUCTURES} for each residue"
                )
        self.sequences = list(sequences)
        self.structures = list(structures)
        self.max_len = max_len

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Item:
        structure = self.structures[index][: self.max_len]
        return {
            "one_hot": one_hot(encode(self.sequences[index][: self.max_len])),
            "labels": torch.tensor([STRUCTURES.index(letter) for letter in structure]),
            "mask": torch.ones(len(structure), dtype=torch.float32),
        }


def collate_proteins(items: Sequence[Item]) -> Item:
    """Pad items of `ProteinDataset` to the longest among them (the note's section 6).

    Returns `{'sequence': (B, L) int64, 'mask': (B, L) float32, 'label': (B,) int64}`. The mask is each
    item's own, so padding that an item brought along stays padding.
    """
    return {
        "sequence": _pad(items, "sequence"),
        "mask": _pad(items, "mask"),
        "label": torch.stack([item["label"] for item in items]),
    }


def collate_residues(items: Sequence[Item]) -> Item:
    """Pad items of `ResidueDataset` to the longest among them.

    Returns `{'one_hot': (B, L, 20), 'labels': (B, L), 'mask': (B, L)}`; padded positions hold zeros in
    all three, so label 0 there is no helix: only the mask tells.
    """
    return {key: _pad(items, key) for key in ("one_hot", "labels", "mask")}


def _pad(items: Sequence[Item], key: str) -> Tensor:
    return pad_sequence([item[key] for item in items], batch_first=True)


def _refuse_unusable(sequences: Sequence[str], labels: Sequence[object], max_len: int) -> None:
    if len(sequences) != len(labels):
        raise ValueError(f"{len(sequences)} sequences have {len(labels)} labels; give one label for each")
    if max_len < 1:
        raise ValueError(f"max_len is {max_len}; it must be at least 1")
    for number, sequence in enumerate(sequences):
        if not sequence:
            raise ValueError(f"sequence {number} is empty; leave it out, or give at least one residue")
