"""Die drei Läufe als Generatoren, Epoche für Epoche nebeneinander (Wettrennen)."""
import math
from dataclasses import asdict, dataclass, field

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch import nn, optim
from torch.utils.data import DataLoader

REZEPTE = dict(
    sgd=(optim.SGD, dict(lr=0.01, momentum=0.9)),
    adam=(optim.Adam, dict()),
    adamw=(optim.AdamW, dict(lr=0.001, weight_decay=0.01)),
)


def make_optimizer(name, parameters):
    if name not in REZEPTE:
        raise ValueError(f"Unbekannt: {name}")
    klasse, einstellungen = REZEPTE[name]
    return klasse(parameters, **einstellungen)


@dataclass
class Verlauf:
    train_loss: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)


def läufer(name, training, prüfung, seed):
    """Nach jedem next(): eine Epoche weiter, gibt (Trainingsverlust, Prüfverlust)."""
    torch.manual_seed(seed)
    modell = ProteinSolubilityClassifier()
    optimierer = make_optimizer(name, modell.parameters())
    kriterium = nn.CrossEntropyLoss()
    epoche = 0
    while True:
        epoche += 1
        # die drei Läufer wechseln sich ab: gleicher Zufall für Dropout in derselben Epoche
        torch.manual_seed(seed + epoche)
        train_one_epoch(modell, training, kriterium, optimierer, "cpu")
        yield evaluate(modell, training, kriterium, "cpu")[0], evaluate(modell, prüfung, kriterium, "cpu")[0]


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    training = DataLoader(train_dataset, batch_size, shuffle=False, collate_fn=collate_proteins)
    prüfung = DataLoader(val_dataset, batch_size, shuffle=False, collate_fn=collate_proteins)
    rennen = {name: (läufer(name, training, prüfung, seed), Verlauf()) for name in REZEPTE}
    for _ in range(epochs):
        for lauf, verlauf in rennen.values():
            t, v = next(lauf)
            verlauf.train_loss.append(t)
            verlauf.val_loss.append(v)
    return {name: asdict(verlauf) for name, (_, verlauf) in rennen.items()}


def plot_loss_curves(histories):
    with plt.style.context("ggplot"):
        fig = plt.figure()
        ax = fig.add_axes([0.12, 0.12, 0.8, 0.8])
        for farbe, (name, h) in enumerate(histories.items()):
            for art, strich in (("train_loss", "-"), ("val_loss", "--")):
                ax.semilogy(range(1, len(h[art]) + 1), h[art], strich, c=f"C{farbe}", label=f"{name}: {art}")
        ax.set_xlabel("Epoche")
        ax.set_ylabel("Verlust")
        ax.legend()
    plt.close(fig)
    return fig


def summarize(histories, threshold):
    bester, beste_epoche, bester_verlust = None, math.inf, math.inf
    for name, h in histories.items():
        epoche = 0
        for verlust in h["train_loss"]:
            epoche = epoche + 1
            if verlust > threshold:
                continue
            if epoche < beste_epoche or (epoche == beste_epoche and verlust < bester_verlust):
                bester, beste_epoche, bester_verlust = name, epoche, verlust
            break
    letzter = None
    for name, h in histories.items():
        if letzter is None or h["val_loss"][-1] < histories[letzter]["val_loss"][-1]:
            letzter = name
    return {"fastest": bester, "lowest_val_loss": letzter}
