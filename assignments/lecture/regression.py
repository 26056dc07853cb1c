"""Linear regression by hand: the loss, its gradient, a step downhill."""

import torch
from torch import Tensor


def linear_regression(
    features: Tensor, targets: Tensor, learning_rate: float = 0.1, steps: int = 100
) -> tuple[Tensor, Tensor, list[float]]:
    """Fit `features @ weights + bias` to the targets by gradient descent (the note's section 3).

    Takes features `(samples, columns)` and targets `(samples,)` or `(samples, 1)`, floats. Returns the
    weights `(columns, 1)`, the bias `(1,)` and the mean squared error before each step. Starts from zeros:
    the loss has one valley, so no random start is needed. Raises `ValueError` where the shapes don't fit.
    """
    if features.ndim != 2 or targets.numel() != len(features):
        raise ValueError(
            f"cannot fit targets of shape {tuple(targets.shape)} to features of shape "
            f"{tuple(features.shape)}; give one row of features and one target for each sample"
        )
    targets = targets.reshape(-1, 1)  # (samples, 1) - (samples,) would broadcast to a square
    weights = features.new_zeros(features.shape[1], 1, requires_grad=True)
    bias = features.new_zeros(1, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((features @ weights + bias - targets) ** 2).mean()
        weight_gradient, bias_gradient = torch.autograd.grad(loss, (weights, bias))
        with torch.no_grad():
            weights -= learning_rate * weight_gradient
            bias -= learning_rate * bias_gradient
        losses.append(loss.item())
    return weights.detach(), bias.detach(), losses
