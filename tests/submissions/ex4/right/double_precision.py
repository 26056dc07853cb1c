"""Double precision inside, and a subclass of each optimizer's class."""

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch import nn
from torch.utils.data import DataLoader

class QuietSGD(torch.optim.SGD):
    pass


def make_optimizer(name, parameters):
    known = {
        "sgd": (QuietSGD, {"lr": 0.01, "momentum": 0.9}),
        "adam": (torch.optim.Adam, {}),
        "adamw": (torch.optim.AdamW, {"lr": 0.001, "weight_decay": 0.01}),
    }
    try:
        cls, options = known[name]
    except KeyError:
        raise ValueError(name) from None
    return cls(parameters, **options)

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    result = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier().double()
        model.forward = model.forward
        optimizer = make_optimizer(name, model.parameters())
        g = torch.Generator().manual_seed(seed)
        loader = DataLoader(train_dataset, batch_size, shuffle=True, generator=g, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, 2 * batch_size, collate_fn=collate_proteins)
        result[name] = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            for key, batches in (("train_loss", loader), ("val_loss", val_loader)):
                total = n = 0
                learning = key == "train_loss"
                model.train(learning)
                for batch in batches:
                    with torch.set_grad_enabled(learning):
                        logits = model(batch["sequence"], batch["mask"].double())
                        losses = nn.functional.nll_loss(logits.log_softmax(-1), batch["label"], reduction="none")
                    if learning:
                        optimizer.zero_grad()
                        losses.mean().backward()
                        optimizer.step()
                    total += losses.sum().item()
                    n += len(losses)
                result[name][key].append(total / n)
    return result

def plot_loss_curves(histories):
    fig, ax = plt.subplots(figsize=(8, 5))
    for name, history in histories.items():
        ax.plot(history["train_loss"], label=f"{name} train")
        ax.plot(history["val_loss"], linestyle="--", label=f"{name} val")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Loss")
    ax.legend()
    return fig

def summarize(histories, threshold):
    fastest, best_epoch, best_loss = None, None, None
    for name, history in histories.items():
        for epoch, loss in enumerate(history["train_loss"]):
            if loss <= threshold:
                if fastest is None or epoch < best_epoch or (epoch == best_epoch and loss < best_loss):
                    fastest, best_epoch, best_loss = name, epoch, loss
                break
    lowest = min(histories, key=lambda n: histories[n]["val_loss"][-1])
    return {"fastest": fastest, "lowest_val_loss": lowest}
