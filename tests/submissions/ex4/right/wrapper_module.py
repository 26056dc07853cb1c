"""A module around the classifier takes the whole batch and gives the loss."""

import matplotlib.pyplot as plt
import pandas as pd
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins
from torch import nn
from torch.utils.data import DataLoader


class WithLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.classifier = ProteinSolubilityClassifier()
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, batch):
        return self.criterion(self.classifier(batch["sequence"], batch["mask"]), batch["label"])

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
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        torch.manual_seed(seed)
        net = WithLoss()
        optimizer = make_optimizer(name, net.parameters())
        loader = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
        rows = []
        for _ in range(epochs):
            net.train()
            losses = []
            for batch in loader:
                loss = net(batch)
                net.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            net.eval()
            with torch.no_grad():
                val_losses = [net(batch).item() for batch in val_loader]
            rows.append({"train_loss": sum(losses) / len(losses), "val_loss": sum(val_losses) / len(val_losses)})
        histories[name] = pd.DataFrame(rows).to_dict("list")
    return histories


def plot_loss_curves(histories):
    table = pd.DataFrame({(n, k): histories[n][k] for n in histories for k in ("train_loss", "val_loss")})
    table.columns = [" ".join(c) for c in table.columns]
    fig, ax = plt.subplots()
    table.plot(ax=ax, xlabel="epoch", ylabel="loss")
    return fig


def summarize(histories, threshold):
    train = pd.DataFrame({n: list(map(float, h["train_loss"])) for n, h in histories.items()})
    last = pd.Series({n: float(h["val_loss"][-1]) for n, h in histories.items()})
    rows = train[(train <= threshold).any(axis=1)]
    fastest = None
    if len(rows):
        row = rows.iloc[0]
        fastest = row[row <= threshold].idxmin()
    return {"fastest": fastest, "lowest_val_loss": last.idxmin()}
