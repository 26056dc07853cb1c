"""Fills the memory with tensors.

Seen: facts killed facts | facts timeout facts
"""
import torch


def act(number):
    kept = []
    while number == 2:
        kept.append(torch.ones(50_000_000))
    return "nothing"
