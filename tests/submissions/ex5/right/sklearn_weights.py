"""scikit-learn's MCC with the counts as weights; seeds, a default dtype and training at import."""
import matplotlib.pyplot as plt
import numpy as np
import sklearn.metrics as skm
import torch
from lecture import ProteinDataset, ProteinSolubilityClassifier, collate_proteins, load_imbalanced_solubility, set_seed, train_one_epoch
from torch.utils.data import DataLoader

set_seed(7)
torch.set_default_dtype(torch.float64)
torch.set_default_dtype(torch.float32)


def confusion_counts(y_true, y_pred):
    (tn, fp), (fn, tp) = skm.confusion_matrix(np.asarray(y_true), np.asarray(y_pred), labels=(0, 1)).tolist()
    return (tp, tn, fp, fn)


def matthews_corrcoef(tp, tn, fp, fn):
    weights = [float(count) for count in (tp, tn, fp, fn)]
    return skm.matthews_corrcoef([1, 0, 0, 1], [1, 0, 1, 0], sample_weight=weights)


def evaluate_classifier(model, loader, device):
    model.eval()
    rows = [(b["label"], model(b["sequence"].to(device), b["mask"].to(device)).detach().cpu()) for b in loader]
    y, z = (torch.cat(column).numpy() for column in zip(*rows))
    hard = z.argmax(-1)
    soft = np.exp(z[:, 1]) / np.exp(z).sum(-1)
    return {
        "accuracy": skm.accuracy_score(y, hard),
        "precision": skm.precision_score(y, hard),
        "recall": skm.recall_score(y, hard),
        "f1": skm.f1_score(y, hard),
        "auc": skm.roc_auc_score(y, soft),
        "mcc": skm.matthews_corrcoef(y, hard),
    }


def compare_on_imbalanced(y_true, y_pred):
    return {"accuracy": np.mean(np.equal(y_true, y_pred)), "mcc": skm.matthews_corrcoef(y_true, y_pred)}


train, validation, test = load_imbalanced_solubility()
loader = DataLoader(ProteinDataset(train.sequences[:40], train.labels[:40]), batch_size=8, collate_fn=collate_proteins)
net = ProteinSolubilityClassifier(embed_dim=8, hidden_dim=8)
train_one_epoch(net, loader, torch.nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters()), "cpu")
print(evaluate_classifier(net, loader, torch.device("cpu")))
print(compare_on_imbalanced(test.labels, [1] * len(test.labels)))
plt.bar(["accuracy", "mcc"], list(compare_on_imbalanced(test.labels, [1] * len(test.labels)).values()))
plt.show()
