"""Checks for a network that does not learn, and regression by hand."""

import copy

import pytest
import torch
from torch import nn

from lecture import (
    ProteinNet,
    count_parameters,
    find_bad_gradients,
    linear_regression,
    overfit_single_batch,
)


def test_a_sound_model_overfits_one_batch_and_stays_as_it_was() -> None:
    torch.manual_seed(0)
    model = ProteinNet(4, 32, 2)
    before = copy.deepcopy(model.state_dict())
    batch = (torch.randn(8, 4), torch.randint(0, 2, (8,)))
    losses = overfit_single_batch(model, batch, nn.CrossEntropyLoss(), "cpu", steps=150, lr=0.02)
    assert len(losses) == 150
    assert losses[-1] < 0.05 < losses[0]
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)


def test_a_model_that_cannot_see_its_input_does_not_overfit() -> None:
    model = nn.Sequential(ProteinNet(4, 8, 2), nn.Threshold(1e9, 0.0))
    batch = (torch.randn(8, 4), torch.tensor([0, 1] * 4))
    losses = overfit_single_batch(model, batch, nn.CrossEntropyLoss(), "cpu", steps=5)
    assert losses == pytest.approx([torch.log(torch.tensor(2.0)).item()] * 5)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_bad_gradients_are_found_by_name(bad: float) -> None:
    model = ProteinNet(4, 8, 2)
    assert find_bad_gradients(model) == []
    model(torch.randn(3, 4)).sum().backward()
    assert find_bad_gradients(model) == []
    gradient = model.output.bias.grad
    assert gradient is not None
    gradient[1] = bad
    assert find_bad_gradients(model) == ["output.bias"]


def test_parameters_are_counted_frozen_ones_too() -> None:
    model = ProteinNet(20, 64, 2)
    model.hidden.requires_grad_(False)
    assert count_parameters(model) == 20 * 64 + 64 + 64 * 2 + 2


@pytest.mark.parametrize("shape", [(50,), (50, 1)])
def test_regression_finds_the_line_that_made_the_data(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    features = torch.randn(50, 3)
    targets = features @ torch.tensor([[2.0], [-1.0], [0.5]]) + 4
    weights, bias, losses = linear_regression(features, targets.reshape(shape), steps=200)
    torch.testing.assert_close(weights, torch.tensor([[2.0], [-1.0], [0.5]]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(bias, torch.tensor([4.0]), rtol=1e-4, atol=1e-4)
    assert len(losses) == 200
    assert losses[0] == pytest.approx((targets**2).mean().item())
    assert losses == sorted(losses, reverse=True)


def test_regression_keeps_the_precision_of_its_data() -> None:
    weights, bias, _ = linear_regression(torch.eye(2, dtype=torch.float64), torch.ones(2), steps=1)
    assert weights.dtype == bias.dtype == torch.float64


@pytest.mark.parametrize(("features", "targets"), [((5, 2), (4,)), ((5, 2), (5, 2)), ((5,), (5,))])
def test_regression_refuses_shapes_that_do_not_fit(features: tuple[int, ...], targets: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one row of features and one target"):
        linear_regression(torch.zeros(features), torch.zeros(targets))
