"""Flat functions as cells would have them; loaders made once with one seeded generator that is set back."""

import torch
import torch.nn as nn
import torch.optim as optim
import matplotlib.pyplot as plt
from torch.utils.data import DataLoader
from lecture import ProteinSolubilityClassifier, collate_proteins

device = "cuda" if torch.cuda.is_available() else "cpu"

def make_optimizer(name, parameters):
    parameters = list(parameters)
    optimizers = {
        "sgd": optim.SGD(parameters, lr=0.01, momentum=0.9),
        "adam": optim.Adam(parameters, lr=0.001),
        "adamw": optim.AdamW(parameters, lr=1e-4, weight_decay=0.01),
    }
    if name.lower() not in optimizers:
        raise ValueError("unknown optimizer: " + name + ", use sgd, adam or adamw")
    return optimizers[name.lower()]

def train_epoch(model, loader, criterion, optimizer):
    model.train()
    total_loss = 0
    for batch in loader:
        seqs = batch['sequence'].to(device)
        masks = batch['mask'].to(device)
        labels = batch['label'].to(device)
        optimizer.zero_grad()
        outputs = model(seqs, masks)
        loss = criterion(outputs, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        total_loss += loss.item()
    return total_loss / len(loader)

def evaluate(model, loader, criterion):
    model.eval()
    total_loss = 0
    correct = 0
    with torch.no_grad():
        for batch in loader:
            outputs = model(batch['sequence'].to(device), batch['mask'].to(device))
            total_loss += criterion(outputs, batch['label'].to(device)).item()
            correct += (outputs.argmax(dim=1).cpu() == batch['label']).sum().item()
    return total_loss / len(loader), correct / len(loader.dataset)

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    gen = torch.Generator()
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, collate_fn=collate_proteins, generator=gen)
    val_loader = DataLoader(val_dataset, batch_size=batch_size, shuffle=False, collate_fn=collate_proteins)
    histories = {}
    for opt_name in ['sgd', 'adam', 'adamw']:
        torch.manual_seed(seed)
        gen.manual_seed(seed)
        model = ProteinSolubilityClassifier().to(device)
        optimizer = make_optimizer(opt_name, model.parameters())
        criterion = nn.CrossEntropyLoss()
        train_losses = []
        val_losses = []
        for epoch in range(epochs):
            train_loss = train_epoch(model, train_loader, criterion, optimizer)
            val_loss, val_acc = evaluate(model, val_loader, criterion)
            train_losses.append(train_loss)
            val_losses.append(val_loss)
            if epoch % 2 == 0:
                print(f'{opt_name} {epoch}: {train_loss:.4f} {val_loss:.4f} {val_acc:.2%}')
        histories[opt_name] = {'train_loss': train_losses, 'val_loss': val_losses}
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
