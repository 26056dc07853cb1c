"""Everything that takes a device does the same work on the CPU and on CUDA."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from lecture import (
    ProteinDataset,
    ProteinSolubilityClassifier,
    collate_proteins,
    evaluate,
    evaluate_classifier,
    linear_regression,
    overfit_single_batch,
    set_seed,
    train_one_epoch,
    train_one_epoch_amp,
)
from lecture.data import Item
from lecture.synthetic import solubility

CUDA = pytest.param(
    "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
)


@pytest.fixture(params=["cpu", CUDA])
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def loader() -> DataLoader[Item]:
    proteins = solubility(1, families=24, lengths=range(20, 31))
    dataset = ProteinDataset(proteins.sequences, proteins.labels)
    return DataLoader(dataset, batch_size=8, collate_fn=collate_proteins)


@pytest.fixture
def model(device: str) -> ProteinSolubilityClassifier:
    set_seed(0)
    return ProteinSolubilityClassifier(embed_dim=16, hidden_dim=32).to(device)


def test_the_loss_falls(model: ProteinSolubilityClassifier, loader: DataLoader[Item], device: str) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses = [train_one_epoch(model, loader, nn.CrossEntropyLoss(), optimizer, device) for _ in range(8)]
    assert losses[-1] < 0.5 * losses[0]


def test_the_loss_falls_in_mixed_precision(
    model: ProteinSolubilityClassifier, loader: DataLoader[Item], device: str
) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    scaler = torch.amp.GradScaler(device, enabled=device == "cuda")
    losses = [
        train_one_epoch_amp(model, loader, nn.CrossEntropyLoss(), optimizer, device, scaler) for _ in range(8)
    ]
    assert losses[-1] < 0.5 * losses[0]


def test_what_comes_back_is_on_the_cpu(
    model: ProteinSolubilityClassifier, loader: DataLoader[Item], device: str
) -> None:
    _, outputs, labels = evaluate(model, loader, nn.CrossEntropyLoss(), torch.device(device))
    assert outputs.device == labels.device == torch.device("cpu")
    assert set(evaluate_classifier(model, loader, device)) == {"accuracy", "precision", "recall", "f1", "auc"}


def test_one_batch_is_overfitted(model: ProteinSolubilityClassifier, loader: DataLoader[Item], device: str) -> None:
    losses = overfit_single_batch(model, next(iter(loader)), nn.CrossEntropyLoss(), device, steps=30, lr=5e-3)
    assert losses[-1] < 0.2 * losses[0]


def test_regression_stays_where_its_data_is(device: str) -> None:
    features = torch.eye(3, device=device)
    weights, bias, _ = linear_regression(features, torch.ones(3, device=device), steps=2)
    assert weights.device == bias.device == features.device
