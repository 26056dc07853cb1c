"""Wrong: plt.figure('loss curves') gives the same, cleared figure at each call, so the second call wipes and returns the first one.

Loses: plot
Named: draws-on-old-figure
"""
import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, evaluate, train_one_epoch
from torch.utils.data import DataLoader


def make_optimizer(name, parameters):
    params = list(parameters)
    assert len(params) > 0, "no parameters?"
    if name == "sgd":
        return torch.optim.SGD(params, lr=0.01, momentum=0.9)
    if name == "adam":
        return torch.optim.Adam(params)
    if name == "adamw":
        return torch.optim.AdamW(params, lr=1e-3, weight_decay=0.01)
    raise ValueError(f"optimizer {name} not supported")


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    loss_fn = torch.nn.CrossEntropyLoss()
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loader = DataLoader(
            train_dataset, batch_size=batch_size, shuffle=True, collate_fn=collate_proteins,
            generator=torch.Generator().manual_seed(seed),
        )
        val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        train_loss, val_loss = [], []
        for epoch in range(epochs):
            train_loss.append(train_one_epoch(model, train_loader, loss_fn, optimizer, "cpu"))
            val_loss.append(evaluate(model, val_loader, loss_fn, "cpu")[0])
            print(f"{name} epoch {epoch + 1}: {train_loss[-1]:.4f} {val_loss[-1]:.4f}")
        histories[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return histories


def plot_loss_curves(histories):
    fig = plt.figure("loss curves", clear=True)
    ax = fig.add_subplot(111)
    for name, h in histories.items():
        x = list(range(1, len(h["train_loss"]) + 1))
        ax.plot(x, h["train_loss"], label=f"{name} train")
        ax.plot(x, h["val_loss"], label=f"{name} val", ls="--")
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    fastest, when, value = None, 10**9, None
    for name, h in histories.items():
        epochs = [i for i, loss in enumerate(h["train_loss"]) if loss <= threshold]
        if not epochs:
            continue
        loss = h["train_loss"][epochs[0]]
        if epochs[0] < when or (epochs[0] == when and loss < value):
            fastest, when, value = name, epochs[0], loss
    last = {name: h["val_loss"][-1] for name, h in histories.items()}
    return {"fastest": fastest, "lowest_val_loss": min(last, key=last.get)}
