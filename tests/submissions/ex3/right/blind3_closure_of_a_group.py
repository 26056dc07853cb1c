"""Right: optimizer.step(closure) with the whole group in the closure."""
from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass
class Gruppe:
    lose: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    @property
    def proben(self) -> int:
        return sum(y.shape[0] for _, y in self.lose)

    def anteile(self) -> list[float]:
        n = self.proben
        return [y.shape[0] / n for _, y in self.lose]


def einteilen(loader, groesse: int):
    gruppe = Gruppe()
    for los in loader:
        if len(gruppe.lose) == groesse:
            yield gruppe
            gruppe = Gruppe()
        gruppe.lose.append(los)
    if gruppe.lose:
        yield gruppe


def train_epoch_accumulated(
    model: nn.Module, loader, criterion, optimizer: torch.optim.Optimizer, accumulation_steps: int = 4
) -> float:
    if not accumulation_steps >= 1:
        raise ValueError("accumulation_steps muss mindestens 1 sein")

    summe, anzahl = 0.0, 0
    for gruppe in einteilen(loader, accumulation_steps):

        def closure(gruppe: Gruppe = gruppe) -> float:
            optimizer.zero_grad()
            gesamt = 0.0
            for (x, y), anteil in zip(gruppe.lose, gruppe.anteile(), strict=True):
                verlust = criterion(model(x), y)
                # statt den Verlust zu teilen: der Anteil ist der Startgradient
                verlust.backward(torch.full_like(verlust, anteil))
                gesamt += verlust.item() * anteil
            return gesamt

        # Adam und SGD rufen die closure genau einmal auf
        summe += optimizer.step(closure) * gruppe.proben
        anzahl += gruppe.proben
    optimizer.zero_grad()
    return summe / anzahl
