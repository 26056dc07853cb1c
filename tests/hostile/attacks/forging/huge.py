"""Returns two gigabytes.

Seen: killed killed killed
"""
import torch


def act(number):
    return [torch.zeros(1).expand(500_000_000), [0.0] * 1000]
