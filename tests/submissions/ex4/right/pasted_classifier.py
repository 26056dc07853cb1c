"""A copy of the note's classifier pasted into the file, with two last layers and the mask at the pooling alone."""

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from lecture import collate_proteins


class ProteinSolubilityClassifier(nn.Module):
    def __init__(self, vocab_size=21, embed_dim=64, hidden_dim=128, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.conv1 = nn.Conv1d(embed_dim, hidden_dim, kernel_size=5, padding=2)
        self.conv2 = nn.Conv1d(hidden_dim, hidden_dim, kernel_size=5, padding=2)
        self.fc1 = nn.Linear(hidden_dim, 64)
        self.fc2 = nn.Linear(64, num_classes)
        self.dropout = nn.Dropout(0.3)

    def forward(self, sequence, mask=None):
        x = self.embedding(sequence).permute(0, 2, 1)
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        if mask is not None:
            m = mask.unsqueeze(1)
            x = (x * m).sum(dim=2) / m.sum(dim=2)
        else:
            x = x.mean(dim=2)
        return self.fc2(self.dropout(F.relu(self.fc1(x))))

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def run(name, train_dataset, val_dataset, epochs, batch_size, seed):
    torch.manual_seed(seed)
    net = ProteinSolubilityClassifier()
    optimizer = make_optimizer(name, net.parameters())
    train_loader = DataLoader(train_dataset, batch_size, shuffle=True, collate_fn=collate_proteins)
    val_loader = DataLoader(val_dataset, batch_size, collate_fn=collate_proteins)
    history = dict(train_loss=[], val_loss=[])
    for epoch in range(epochs):
        net.train()
        batch_losses = []
        for batch in train_loader:
            seq, mask, y = batch["sequence"], batch["mask"], batch["label"]
            optimizer.zero_grad()
            loss = F.cross_entropy(net(seq, mask), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            batch_losses.append(loss.item())
        history["train_loss"].append(sum(batch_losses) / len(batch_losses))
        net.eval()
        batch_losses = []
        with torch.no_grad():
            for batch in val_loader:
                batch_losses.append(F.cross_entropy(net(batch["sequence"], batch["mask"]), batch["label"]).item())
        history["val_loss"].append(sum(batch_losses) / len(batch_losses))
    return history


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    return {n: run(n, train_dataset, val_dataset, epochs, batch_size, seed) for n in ("sgd", "adam", "adamw")}

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
