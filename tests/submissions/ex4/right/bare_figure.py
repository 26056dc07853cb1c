"""A Figure without pyplot, labels through the legend, autograd.grad in the place of backward."""

import torch
from lecture import ProteinSolubilityClassifier, collate_proteins
from matplotlib.figure import Figure
from torch.utils.data import DataLoader

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    batches = list(DataLoader(train_dataset, batch_size, collate_fn=collate_proteins))
    val_batches = list(DataLoader(val_dataset, batch_size, collate_fn=collate_proteins))
    loss_of = lambda model, b: torch.nn.functional.cross_entropy(model.forward(b["sequence"], b["mask"]), b["label"])
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, list(model.parameters()))
        train_losses, val_losses = [], []
        for _ in range(epochs):
            model.train()
            losses = []
            for batch in batches:
                loss = loss_of(model, batch)
                gradients = torch.autograd.grad(loss, list(model.parameters()))
                for parameter, gradient in zip(model.parameters(), gradients):
                    parameter.grad = gradient
                optimizer.step()
                losses.append(loss.detach())
            train_losses.append(torch.stack(losses).mean())
            model.eval()
            with torch.no_grad():
                val_losses.append(torch.stack([loss_of(model, b) for b in val_batches]).mean())
        histories[name] = {"train_loss": train_losses, "val_loss": tuple(val_losses)}
    return histories


def plot_loss_curves(histories):
    figure = Figure()
    ax = figure.add_subplot()
    words = []
    for name, history in histories.items():
        for key in history:
            ax.plot(history[key])
            words.append(name + " " + key)
    ax.legend(words)
    ax.set_xlabel("epochs")
    ax.set_ylabel("loss")
    return figure

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
