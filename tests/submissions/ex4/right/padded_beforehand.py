"""Padded to one length before anything else; TensorDataset; mask as booleans; the best weights kept."""

import copy

import matplotlib.pyplot as plt
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins
from torch.utils.data import DataLoader, TensorDataset

def make_optimizer(name, parameters):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "adam":
        return torch.optim.Adam(parameters)
    elif name == "adamw":
        return torch.optim.AdamW(parameters, weight_decay=0.01)
    else:
        raise ValueError(f"I do not know the optimizer {name}")

def as_tensors(dataset):
    whole = collate_proteins([dataset[i] for i in range(len(dataset))])
    extra = torch.zeros(len(dataset), 10, dtype=torch.long)
    sequence = torch.cat([whole["sequence"], extra], dim=1)
    return TensorDataset(sequence, sequence > 0, whole["label"])


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    train, val = as_tensors(train_dataset), as_tensors(val_dataset)
    torch.manual_seed(seed)
    start = ProteinSolubilityClassifier().state_dict()
    criterion = torch.nn.CrossEntropyLoss()
    histories = {}
    for name in ("sgd", "adam", "adamw"):
        model = ProteinSolubilityClassifier()
        model.load_state_dict(start)
        model.to(device)
        optimizer = make_optimizer(name, model.parameters())
        torch.manual_seed(seed)
        loader = DataLoader(train, batch_size, shuffle=True, drop_last=True)
        best, best_weights = float("inf"), None
        histories[name] = {"train_loss": [], "val_loss": []}
        for _ in range(epochs):
            model.train()
            total = 0.0
            for sequence, mask, label in loader:
                sequence, mask, label = sequence.to(device), mask.to(device), label.to(device)
                optimizer.zero_grad()
                loss = criterion(model(sequence, mask.float()), label)
                loss.backward()
                optimizer.step()
                total += loss.item()
            histories[name]["train_loss"].append(total / len(loader))
            model.eval()
            total, seen = 0.0, 0
            with torch.no_grad():
                for sequence, mask, label in DataLoader(val, batch_size):
                    logits = model(sequence.to(device), mask.float().to(device))
                    total += criterion(logits, label.to(device)).item() * len(label)
                    seen += len(label)
            val_loss = total / seen
            histories[name]["val_loss"].append(val_loss)
            if val_loss < best:
                best, best_weights = val_loss, copy.deepcopy(model.state_dict())
        model.load_state_dict(best_weights)
    return histories

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
