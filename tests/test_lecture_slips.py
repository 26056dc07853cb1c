"""The six places where the course note's code slips, and the library doesn't."""

import warnings
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

import lecture
from lecture import (
    ProteinDataset,
    ProteinSolubilityClassifier,
    collate_proteins,
    evaluate,
    evaluate_classifier,
    train_model,
    train_one_epoch,
    train_one_epoch_amp,
)
from lecture.data import Item

SEQUENCES, LABELS = ["ACDEF", "GHI", "KLMNPQR", "ST"], [1, 0, 1, 0]


@pytest.fixture
def loader() -> DataLoader[Item]:
    return DataLoader(ProteinDataset(SEQUENCES, LABELS), batch_size=2, collate_fn=collate_proteins)


@pytest.fixture
def model() -> ProteinSolubilityClassifier:
    torch.manual_seed(0)
    return ProteinSolubilityClassifier(embed_dim=4, hidden_dim=8)


def test_1_the_loops_read_the_dicts_that_the_dataset_yields(
    model: ProteinSolubilityClassifier, loader: DataLoader[Item]
) -> None:
    masks: list[Tensor] = []
    model.register_forward_pre_hook(lambda _, inputs: masks.append(inputs[1]))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train_one_epoch(model, loader, nn.CrossEntropyLoss(), optimizer, "cpu")
    _, outputs, labels = evaluate(model, loader, nn.CrossEntropyLoss(), "cpu")
    assert outputs.shape == (4, 2)
    assert labels.tolist() == LABELS
    assert [mask.sum(dim=1).tolist() for mask in masks] == [[5, 3], [7, 2]] * 2


def test_2_an_item_is_as_long_as_its_protein() -> None:
    dataset = ProteinDataset(SEQUENCES, LABELS)
    assert [len(dataset[index]["sequence"]) for index in range(4)] == [5, 3, 7, 2]


def test_3_padding_that_an_item_brings_along_stays_padding() -> None:
    padded = {
        "sequence": torch.tensor([1, 2, 3, 0, 0]),
        "mask": torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0]),
        "label": torch.tensor(1),
    }
    batch = collate_proteins([padded, ProteinDataset(["AC"], [0])[0]])
    assert batch["mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]]


def test_4_adam_corrects_its_bias(model: ProteinSolubilityClassifier, loader: DataLoader[Item]) -> None:
    """Uncorrected, the first step would be sqrt(10) times the rate of 0.001; corrected, it is the rate."""
    before = [parameter.detach().clone() for parameter in model.parameters()]
    train_model(model, [next(iter(loader))], loader, epochs=1)
    steps = [
        (parameter.detach().cpu() - old).abs().max().item()
        for parameter, old in zip(model.parameters(), before, strict=True)
    ]
    assert steps == pytest.approx([1e-3] * len(steps), rel=0.01)


def test_5_mixed_precision_uses_nothing_deprecated(
    model: ProteinSolubilityClassifier, loader: DataLoader[Item]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        train_one_epoch_amp(model, loader, nn.CrossEntropyLoss(), optimizer, "cpu")
    sources = [path.read_text(encoding="utf-8") for path in Path(lecture.__file__).parent.glob("*.py")]
    assert not any("cuda.amp" in source for source in sources)


def test_6_metrics_come_back_by_name_and_nothing_is_printed(
    model: ProteinSolubilityClassifier, loader: DataLoader[Item], capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(evaluate_classifier(model, loader, "cpu")) == ["accuracy", "precision", "recall", "f1", "auc"]
    assert capsys.readouterr().out == ""
