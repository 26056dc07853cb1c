"""Prints, tqdm, plt.show, a training run at import and a main block."""

import random
from tqdm import tqdm
import torch
import matplotlib.pyplot as plt
from torch.utils.data import DataLoader
from lecture import *

print("Starting!", torch.__version__)
torch.manual_seed(1234)
torch.set_default_dtype(torch.float32)

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
    for name in tqdm(["sgd", "adam", "adamw"]):
        print("=" * 20, name, "=" * 20)
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        print(count_parameters(model))
        optimizer = make_optimizer(name, model.parameters())
        criterion = torch.nn.CrossEntropyLoss()
        loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, collate_fn=collate_proteins)
        val_loader = DataLoader(val_dataset, batch_size=batch_size, collate_fn=collate_proteins)
        histories[name] = {"train_loss": [], "val_loss": []}
        for epoch in tqdm(range(epochs), leave=False):
            histories[name]["train_loss"] += [train_one_epoch(model, loader, criterion, optimizer, "cpu")]
            histories[name]["val_loss"] += [evaluate(model, val_loader, criterion, "cpu")[0]]
            tqdm.write(str(histories[name]["val_loss"][-1]))
    return histories


def plot_loss_curves(histories):
    f = plt.figure(figsize=(10, 6))
    plt.title("Loss")
    for k, v in histories.items():
        plt.plot(v["train_loss"], "-o", label="train " + k)
        plt.plot(v["val_loss"], "--x", label="val " + k)
    plt.grid(True)
    plt.axhline(0.5, color="grey")
    plt.xlabel("epoch"); plt.ylabel("loss"); plt.legend()
    plt.savefig("curves.png")
    plt.show()
    return f

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

train, val, test = load_solubility()
small = ProteinDataset(train.sequences[:8], train.labels[:8])
demo = compare_optimizers(small, small, epochs=1)
plot_loss_curves(demo)
print(summarize(demo, 0.5))

if __name__ == "__main__":
    train, val, test = load_solubility()
    compare_optimizers(ProteinDataset(train.sequences, train.labels), ProteinDataset(val.sequences, val.labels))
