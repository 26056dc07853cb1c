"""The lecture's network with fewer channels."""

from lecture import ProteinSolubilityClassifier as Lecture


class ProteinSolubilityClassifier(Lecture):
    def __init__(self) -> None:
        super().__init__(embed_dim=48, hidden_dim=96)
