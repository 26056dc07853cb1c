"""Right: validation on a deep copy in evaluation mode, optimizer.step(closure)."""
import copy
from contextlib import contextmanager
from functools import lru_cache, partial, reduce
from types import SimpleNamespace

import torch
from matplotlib import pyplot as plt
from torch.nn import functional as F
from torch.utils.data import DataLoader

from lecture import ProteinSolubilityClassifier, collate_proteins


def _recipe(cls, **kwargs):
    def build(parameters):
        return cls(parameters, **kwargs)

    return build


RECIPES = dict(
    sgd=_recipe(torch.optim.SGD, lr=0.01, momentum=0.9),
    adam=_recipe(torch.optim.Adam),
    adamw=_recipe(torch.optim.AdamW, weight_decay=0.01),
)


def make_optimizer(name, parameters):
    build = RECIPES.get(name)
    if not build:
        raise ValueError(f"optimizer {name} is unknown")
    return build(parameters)


@contextmanager
def seeded(seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)


def model_maker(seed):
    @lru_cache(maxsize=None)
    def original():
        return ProteinSolubilityClassifier()

    def make():
        with seeded(seed):
            return copy.deepcopy(original())

    return make


def make_trainer(model, optimizer):
    def train_on(batch):
        def closure():
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
            loss.backward()
            return loss

        # step() calls the closure once, and returns its loss
        return optimizer.step(closure).item() * len(batch["label"]), len(batch["label"])

    return train_on


def make_validator(model):
    # works on a copy, so the model itself never leaves the training mode
    frozen = copy.deepcopy(model).eval()

    @torch.no_grad()
    def validate_on(batch):
        loss = F.cross_entropy(frozen(batch["sequence"], batch["mask"]), batch["label"], reduction="sum")
        return loss.item(), len(batch["label"])

    return validate_on


def average(function, loader):
    total, n = reduce(lambda a, b: (a[0] + b[0], a[1] + b[1]), map(function, loader), (0.0, 0))
    return total / n


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    new_model = model_maker(seed)
    load = partial(DataLoader, batch_size=batch_size, collate_fn=collate_proteins)

    def run(name):
        model = new_model().train()
        optimizer = make_optimizer(name, model.parameters())
        generator = torch.Generator().manual_seed(seed)
        train, val = load(train_dataset, shuffle=True, generator=generator), load(val_dataset)
        out = SimpleNamespace(train_loss=[], val_loss=[])
        for _ in range(epochs):
            out.train_loss.append(average(make_trainer(model, optimizer), train))
            out.val_loss.append(average(make_validator(model), val))
        return vars(out)

    return {name: run(name) for name in RECIPES}


def plot_loss_curves(histories):
    figure, ax = plt.subplots()
    draw = lambda name, key, **style: ax.plot(histories[name][key], label=f"{name} {key}", **style)
    for index, name in enumerate(histories):
        draw(name, "train_loss", color=f"C{index}")
        draw(name, "val_loss", color=f"C{index}", alpha=0.5, ls="-.")
    ax.update({"xlabel": "epoch", "ylabel": "loss"})
    ax.legend()
    return figure


def summarize(histories, threshold):
    def better(a, b):
        if a is None or b is None:
            return a or b
        return a if (a[0], a[1]) <= (b[0], b[1]) else b

    def first(name):
        return next(((i, l, name) for i, l in enumerate(histories[name]["train_loss"]) if not l > threshold), None)

    winner = reduce(better, map(first, histories), None)
    return {
        "fastest": winner and winner[-1],
        "lowest_val_loss": reduce(
            lambda a, b: a if histories[a]["val_loss"][-1] <= histories[b]["val_loss"][-1] else b, histories
        ),
    }
