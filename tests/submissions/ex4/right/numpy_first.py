"""NumPy arrays for histories and summary."""

import numpy as np
import torch
from lecture import ProteinSolubilityClassifier, collate_proteins, set_seed
from torch.utils.data import DataLoader
import torch.nn.functional as F

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
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(train_dataset)) for _ in range(epochs)]

    def batches(dataset, order):
        for start in range(0, len(order), batch_size):
            yield collate_proteins([dataset[int(i)] for i in order[start:start + batch_size]])

    histories = {}
    for name in ("sgd", "adam", "adamw"):
        set_seed(seed)
        model = ProteinSolubilityClassifier()
        optimizer = make_optimizer(name, model.parameters())
        train_loss, val_loss = np.zeros(epochs), np.zeros(epochs, dtype=np.float32)
        for epoch, order in enumerate(orders):
            model.train()
            for batch in batches(train_dataset, order):
                loss = F.cross_entropy(model(batch["sequence"], batch["mask"]), batch["label"])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                train_loss[epoch] += loss.item() * len(batch["label"]) / len(train_dataset)
            model.eval()
            with torch.no_grad():
                whole = collate_proteins([val_dataset[i] for i in range(len(val_dataset))])
                val_loss[epoch] = F.cross_entropy(model(whole["sequence"], whole["mask"]), whole["label"]).numpy()
        histories[name] = {"train_loss": train_loss, "val_loss": val_loss}
    return histories


def plot_loss_curves(histories):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure = pyplot.figure()
    for name in histories:
        pyplot.plot(np.array(histories[name]["train_loss"]), label=name + " train")
    for name in histories:
        pyplot.plot(np.array(histories[name]["val_loss"]), label=name + " val")
    pyplot.legend()
    pyplot.xlabel("epoch")
    pyplot.ylabel("loss")
    return figure


def summarize(histories, threshold):
    names = np.array(list(histories))
    train = np.array([histories[n]["train_loss"] for n in names], dtype=float)
    last = np.array([histories[n]["val_loss"][-1] for n in names], dtype=float)
    reached = train <= threshold
    answer = {"fastest": None, "lowest_val_loss": names[last.argmin()]}
    if reached.any():
        first = np.where(reached.any(axis=1), reached.argmax(axis=1), train.shape[1])
        at = train[np.arange(len(names)), np.minimum(first, train.shape[1] - 1)]
        answer["fastest"] = str(names[np.lexsort((at, first))[0]])
    return answer
