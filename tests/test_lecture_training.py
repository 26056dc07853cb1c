"""The loops: what they compute, the mode they leave, when they stop."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from lecture import ProteinNet, evaluate, evaluate_classifier, train_model, train_one_epoch, train_one_epoch_amp

RAGGED = (8, 8, 3)
Pairs = list[tuple[Tensor, Tensor]]


@pytest.fixture
def model() -> ProteinNet:
    torch.manual_seed(0)
    return ProteinNet(4, 8, 2)


@pytest.fixture
def loader() -> Pairs:
    torch.manual_seed(1)
    return [(torch.randn(size, 4), torch.randint(0, 2, (size,))) for size in RAGGED]


def weights(model: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def step_by_hand(model: nn.Module, loader: Pairs, rate: float, max_norm: float | None) -> list[float]:
    """Plain gradient descent, the clipping written out; the loss of each batch before its update."""
    losses = []
    for x, labels in loader:
        loss = nn.functional.cross_entropy(model(x), labels)
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        norm = torch.sqrt(sum(((g**2).sum() for g in gradients), torch.tensor(0.0)))
        scale = 1.0 if max_norm is None else min(1.0, max_norm / norm.item())
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter.sub_(rate * scale * gradient)
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("max_norm", [1.0, 0.05, None])
def test_an_epoch_equals_one_by_hand(model: ProteinNet, loader: Pairs, max_norm: float | None) -> None:
    expected = copy.deepcopy(model)
    losses = step_by_hand(expected, loader, 0.1, max_norm)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    mean = train_one_epoch(model, loader, nn.CrossEntropyLoss(), optimizer, "cpu", max_norm)
    torch.testing.assert_close(weights(model), weights(expected), rtol=1e-4, atol=1e-6)
    samples = sum(loss * size for loss, size in zip(losses, RAGGED, strict=True)) / sum(RAGGED)
    assert mean == pytest.approx(samples, rel=1e-6)


def test_stale_gradients_do_not_leak_into_an_epoch(model: ProteinNet, loader: Pairs) -> None:
    fresh = copy.deepcopy(model)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 100.0)
    for each in (model, fresh):
        train_one_epoch(each, loader, nn.CrossEntropyLoss(), torch.optim.SGD(each.parameters(), lr=0.1), "cpu")
    torch.testing.assert_close(weights(model), weights(fresh))


def test_evaluation_returns_loss_outputs_and_labels_and_changes_nothing(model: ProteinNet, loader: Pairs) -> None:
    before = weights(model)
    loss, outputs, labels = evaluate(model, loader, nn.CrossEntropyLoss(), "cpu")
    x, y = (torch.cat(side) for side in zip(*loader, strict=True))
    assert loss == pytest.approx(nn.functional.cross_entropy(model(x), y).item(), rel=1e-6)
    torch.testing.assert_close(outputs, model(x))
    assert labels.tolist() == y.tolist()
    assert not outputs.requires_grad
    torch.testing.assert_close(weights(model), before, rtol=0, atol=0)


def test_training_turns_dropout_on_and_evaluation_off(model: ProteinNet, loader: Pairs) -> None:
    modes = []
    model.register_forward_pre_hook(lambda module, _: modes.append(module.training))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model.eval()
    train_one_epoch(model, loader, nn.CrossEntropyLoss(), optimizer, "cpu")
    evaluate(model, loader, nn.CrossEntropyLoss(), "cpu")
    assert modes == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("batch", "seen"),
    [
        (torch.zeros(2, 4), "of type Tensor"),
        ((torch.zeros(2, 4),), "of type tuple"),
        ({"one_hot": torch.zeros(2, 4)}, "a dict of 'one_hot'"),
    ],
)
def test_a_batch_that_cannot_be_read_is_named(model: ProteinNet, batch: Any, seen: str) -> None:
    with pytest.raises(TypeError, match=rf"{seen}; give \(x, y\), or a dict with 'sequence'"):
        evaluate(model, [batch], nn.CrossEntropyLoss(), "cpu")


def test_a_loader_without_batches_is_refused(model: ProteinNet) -> None:
    with pytest.raises(ValueError, match="no batch"):
        evaluate(model, [], nn.CrossEntropyLoss(), "cpu")


@pytest.fixture
def rates() -> Iterator[list[float]]:
    """The learning rate of every update, as it happens."""
    seen: list[float] = []
    handle = register_optimizer_step_pre_hook(lambda optimizer, *_: seen.append(optimizer.param_groups[0]["lr"]))
    yield seen
    handle.remove()


def opposed(loader: Pairs) -> Pairs:
    """The same proteins with the labels exchanged: better in training is worse here."""
    return [(x, 1 - y) for x, y in loader]


def test_training_stops_early_and_returns_the_best_weights(
    model: ProteinNet, rates: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    x = torch.eye(4)
    learnable: Pairs = [(x, torch.tensor([0, 1, 0, 1]))]
    expected = copy.deepcopy(model)
    train_one_epoch(
        expected, learnable, nn.CrossEntropyLoss(), torch.optim.Adam(expected.parameters(), lr=1e-3), "cpu"
    )
    rates.clear()
    returned = train_model(model, learnable, opposed(learnable), epochs=50, patience=8)
    assert returned is model
    # The first epoch was the best: validation only got worse.
    torch.testing.assert_close(weights(model.cpu()), weights(expected))
    assert len(rates) == 1 + 8
    assert rates[0] == 1e-3
    assert rates[-1] == 5e-4, "after more than 5 epochs without progress the rate is halved"
    assert len(capsys.readouterr().out.splitlines()) == 9


def test_training_runs_all_its_epochs_while_it_improves(
    model: ProteinNet, loader: Pairs, capsys: pytest.CaptureFixture[str]
) -> None:
    first = evaluate(model, loader, nn.CrossEntropyLoss(), "cpu")[0]
    train_model(model, loader, loader, epochs=12, patience=2)
    assert len(capsys.readouterr().out.splitlines()) == 12
    assert evaluate(model.cpu(), loader, nn.CrossEntropyLoss(), "cpu")[0] < first


def test_mixed_precision_works_in_bfloat16_and_keeps_float32_weights(model: ProteinNet, loader: Pairs) -> None:
    dtypes = set()

    def criterion(outputs: Tensor, labels: Tensor) -> Tensor:
        dtypes.add(outputs.dtype)
        return nn.functional.cross_entropy(outputs, labels)

    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = [train_one_epoch_amp(model, loader, criterion, optimizer, "cpu") for _ in range(60)]
    assert dtypes == {torch.bfloat16}
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert losses[-1] < 0.5 * losses[0]


class Answers(nn.Module):
    """Gives back its input as logits."""

    def forward(self, logits: Tensor) -> Tensor:
        return logits


def test_metrics_equal_those_counted_by_hand() -> None:
    margins = torch.tensor([2.0, 1.0, -1.0, 0.5, -2.0, -0.5])
    labels = torch.tensor([1, 1, 1, 0, 0, 0])
    logits = torch.stack([torch.zeros(6), margins], dim=1)
    seen = evaluate_classifier(Answers(), [(logits[:4], labels[:4]), (logits[4:], labels[4:])], "cpu")
    # Two true positives, one false positive, one false negative; 7 of the 9 pairs are in the right order.
    assert seen == pytest.approx(
        {"accuracy": 4 / 6, "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "auc": 7 / 9}
    )
    assert {type(value) for value in seen.values()} == {float}


def test_metrics_that_cannot_be_counted_are_0_and_the_auc_is_nan() -> None:
    insoluble = [(torch.tensor([[1.0, 0.0], [2.0, 0.0]]), torch.tensor([0, 0]))]
    seen = evaluate_classifier(Answers(), insoluble, "cpu")
    assert seen == pytest.approx(
        {"accuracy": 1.0, "precision": 0.0, "recall": 0.0, "f1": 0.0, "auc": float("nan")}, nan_ok=True
    )
