"""Right: a NumPy person; batch orders come from RandomState(seed), losses are averaged with np.average, the summary is argmax on arrays."""
import numpy as np
import torch
import lecture
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

OPTIMIZERS = np.array(["sgd", "adam", "adamw"])


def make_optimizer(name, parameters):
    if name not in OPTIMIZERS.tolist():
        raise ValueError("unknown optimizer: %s" % name)
    cls = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    settings = {"sgd": dict(lr=0.01, momentum=0.9), "adam": dict(), "adamw": dict(lr=1e-3, weight_decay=0.01)}[name]
    return cls(parameters, **settings)


def _batches(dataset, order, batch_size):
    for k in range(0, len(order), batch_size):
        batch = lecture.collate_proteins([dataset[int(i)] for i in order[k:k + batch_size]])
        yield batch["sequence"], batch["mask"], batch["label"]


def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    loss_fn = torch.nn.CrossEntropyLoss()
    histories = {}
    for name in OPTIMIZERS.tolist():
        torch.manual_seed(seed)
        rng = np.random.RandomState(seed % 2**32)
        net = lecture.ProteinSolubilityClassifier()
        opt = make_optimizer(name, net.parameters())
        curve = np.zeros((2, epochs))
        for e in range(epochs):
            net.train(True)
            losses, weights = [], []
            for s, m, y in _batches(train_dataset, rng.permutation(len(train_dataset)), batch_size):
                loss = loss_fn(net(s, mask=m), y)
                opt.zero_grad()
                loss.backward()
                opt.step()
                losses.append(loss.item()), weights.append(len(y))
            curve[0, e] = np.average(losses, weights=weights)
            net.train(False)
            losses, weights = [], []
            with torch.inference_mode():
                for s, m, y in _batches(val_dataset, np.arange(len(val_dataset)), batch_size):
                    losses.append(loss_fn(net(s, mask=m), y).item()), weights.append(len(y))
            curve[1, e] = np.average(losses, weights=weights)
        histories[name] = {"train_loss": curve[0].tolist(), "val_loss": curve[1].tolist()}
    return histories


def plot_loss_curves(histories):
    fig, ax = plt.subplots()
    names = list(histories)
    curves = np.array([histories[n][k] for n in names for k in ("train_loss", "val_loss")]).T  # (epochs, 6)
    ax.plot(np.arange(1, len(curves) + 1), curves, label=[f"{n}, {k}" for n in names for k in ("training", "validation")])
    plt.setp(ax, xlabel="epoch", ylabel="loss")
    ax.legend()
    return fig


def summarize(histories, threshold):
    names = list(histories)
    train = np.array([histories[n]["train_loss"] for n in names])
    val = np.array([histories[n]["val_loss"] for n in names])
    there = train <= threshold
    if there.any():
        epoch = there.any(axis=0).argmax()
        fastest = names[np.where(there[:, epoch], train[:, epoch], np.inf).argmin()]
    else:
        fastest = None
    return {"fastest": fastest, "lowest_val_loss": names[val[:, -1].argmin()]}
