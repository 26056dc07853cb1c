"""Right: scripted models, trained side by side on batches of one permutation; the losses are kept in arrays and tensors."""

import numpy as np, torch, matplotlib.pyplot as plt, copy
from torch.utils.data import DataLoader
import lecture
def make_optimizer(name, parameters):
    d = dict(sgd=lambda p: torch.optim.SGD(p, 0.01, 0.9), adam=torch.optim.Adam, adamw=lambda p: torch.optim.AdamW(p, weight_decay=0.01))
    if name not in d: raise ValueError(f"optimizer must be one of {list(d)}")
    return d[name](parameters)

def compare_optimizers(train_dataset, val_dataset, epochs=10, batch_size=32, seed=42):
    torch.manual_seed(seed)
    models = {n: torch.jit.script(lecture.ProteinSolubilityClassifier()) for n in ("sgd", "adam", "adamw")}
    for n in ("adam", "adamw"): models[n].load_state_dict(models["sgd"].state_dict())
    opts = {n: make_optimizer(n, m.parameters()) for n, m in models.items()}
    hist = {n: {"train_loss": np.zeros(epochs), "val_loss": torch.zeros(epochs)} for n in models}
    rng = np.random.default_rng(seed)
    for e in range(epochs):
        idx = rng.permutation(len(train_dataset))
        batches = [lecture.collate_proteins([train_dataset[int(i)] for i in part]) for part in np.split(idx, range(batch_size, len(idx), batch_size))]
        for n, m in models.items():
            m.train()
            for b in batches:
                opts[n].zero_grad()
                loss = torch.nn.functional.cross_entropy(m(b["sequence"], b["mask"]), b["label"])
                loss.backward(); opts[n].step()
                hist[n]["train_loss"][e] += loss.item() * len(b["label"]) / len(idx)
            m.eval()
            with torch.no_grad():
                b = lecture.collate_proteins([val_dataset[i] for i in range(len(val_dataset))])
                hist[n]["val_loss"][e] = torch.nn.functional.cross_entropy(m(b["sequence"], b["mask"]), b["label"])
    return hist
def plot_loss_curves(histories):
    plt.figure()
    for n, h in histories.items():
        for k, v in h.items(): plt.plot(v, label=f"{n}/{k}")
    plt.gca().set(xlabel="Epoch", ylabel="Loss"); plt.legend()
    return plt.gcf()
def summarize(histories, threshold):
    best = (float("inf"), float("inf"), None)
    for n, h in histories.items():
        for e, l in enumerate(h["train_loss"], 1):
            if l <= threshold:
                best = min(best, (e, float(l), n)); break
    return dict(fastest=best[-1], lowest_val_loss=min(histories, key=lambda n: float(histories[n]["val_loss"][-1])))
