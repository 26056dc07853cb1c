"""Returns NaN and infinities everywhere.

Got: ["nan", "inf", "-inf", ["nan"], "inf"]
"""
import torch


def act(number):
    return [float("nan"), float("inf"), -float("inf"), torch.tensor([float("nan")]), 10**400]
