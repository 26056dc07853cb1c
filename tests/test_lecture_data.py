"""Letters to codes, proteins to items, items to batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from lecture import (
    AMINO_ACIDS,
    ProteinDataset,
    ResidueDataset,
    collate_proteins,
    collate_residues,
    encode,
    one_hot,
)


def test_codes_follow_the_alphabet_and_0_is_unknown() -> None:
    assert encode(AMINO_ACIDS).tolist() == list(range(1, 21))
    assert encode("AXa*Y").tolist() == [1, 0, 0, 0, 20]
    assert encode("").dtype == torch.int64


def test_one_hot_has_the_column_before_the_code_and_no_column_for_0() -> None:
    rows = one_hot(encode("AYX"))
    assert rows.shape == (3, 20)
    assert rows.dtype == torch.float32
    assert rows.nonzero().tolist() == [[0, 0], [1, 19]]
    assert one_hot(torch.zeros(2, 4, dtype=torch.long)).shape == (2, 4, 20)


def test_an_item_is_cut_to_max_len() -> None:
    item = ProteinDataset(["ACDEF"], [1], max_len=3)[0]
    assert item["sequence"].tolist() == [1, 2, 3]
    assert item["mask"].tolist() == [1, 1, 1]
    residues = ResidueDataset(["ACDEF"], ["HHECC"], max_len=3)[0]
    assert residues["labels"].tolist() == [0, 0, 1]
    assert residues["one_hot"].shape == (3, 20)


def test_items_have_the_dtypes_of_the_contract() -> None:
    item = ProteinDataset(["ACX"], [True])[0]
    assert {key: value.dtype for key, value in item.items()} == {
        "sequence": torch.int64,
        "mask": torch.float32,
        "label": torch.int64,
    }
    assert item["label"].shape == ()
    assert item["mask"].tolist() == [1, 1, 1], "an unknown residue is real"


def labels_read(labels: Any) -> list[float]:
    dataset = ProteinDataset(["A", "C", "D"], labels)
    return [dataset[index]["label"].item() for index in range(3)]


def test_labels_may_be_an_array_or_a_tensor() -> None:
    assert labels_read(np.array([0, 1, 1])) == labels_read(torch.tensor([0, 1, 1])) == [0, 1, 1]


def test_a_shuffled_pandas_column_is_read_in_its_own_order() -> None:
    pandas = pytest.importorskip("pandas")
    assert labels_read(pandas.Series([0, 1, 1], index=[1, 2, 0])) == [0, 1, 1]


@pytest.fixture
def double_by_default() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.usefixtures("double_by_default")
def test_dtypes_do_not_follow_the_default() -> None:
    assert ProteinDataset(["A"], [1])[0]["mask"].dtype == torch.float32
    residue = ResidueDataset(["A"], ["H"])[0]
    assert residue["mask"].dtype == residue["one_hot"].dtype == torch.float32


def test_a_batch_is_padded_to_its_own_longest() -> None:
    dataset = ProteinDataset(["ACD", "A", "ACDEF"], [1, 0, 1])
    first, second = DataLoader(dataset, batch_size=2, collate_fn=collate_proteins)
    assert first["sequence"].tolist() == [[1, 2, 3], [1, 0, 0]]
    assert first["mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert first["label"].tolist() == [1, 0]
    assert second["sequence"].shape == (1, 5)


def test_a_batch_of_residues_is_zero_at_padding() -> None:
    dataset = ResidueDataset(["ACD", "Y"], ["HEC", "C"])
    batch = collate_residues([dataset[0], dataset[1]])
    assert batch["one_hot"].shape == (2, 3, 20)
    assert batch["labels"].tolist() == [[0, 1, 2], [2, 0, 0]]
    assert batch["mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["one_hot"][1, 1:].abs().sum() == 0


@pytest.mark.parametrize(
    ("sequences", "labels", "max_len", "message"),
    [
        (["A", "C"], [1], 512, "2 sequences have 1 labels"),
        (["A", ""], [1, 0], 512, "sequence 1 is empty"),
        (["A"], [1], 0, "max_len is 0"),
    ],
)
def test_unusable_proteins_are_refused(sequences: list[str], labels: list[int], max_len: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ProteinDataset(sequences, labels, max_len)


@pytest.mark.parametrize("structure", ["HH", "HHHH", "HHX"])
def test_a_structure_that_does_not_fit_is_refused(structure: str) -> None:
    with pytest.raises(ValueError, match=f"protein 1 has 3 residues and the structure '{structure}'"):
        ResidueDataset(["A", "ACD"], ["H", structure])
