# %% points 4
import torch

assert tuple(map(int, confusion_counts([1, 1, 0, 0, 1], [1, 0, 0, 1, 1]))) == (2, 1, 1, 1)
# %% points 8
assert abs(matthews_corrcoef(6, 3, 1, 2) - 0.478) < 1e-3
assert matthews_corrcoef(10, 0, 5, 0) == 0.0
assert abs(matthews_corrcoef(10**6, 10**6, 10**6, 10**6)) < 1e-6
# %% points 6
from lecture import ProteinSolubilityClassifier

torch.manual_seed(0)
batch = {"sequence": torch.randint(1, 21, (32, 20)), "mask": torch.ones(32, 20), "label": torch.arange(32) % 2}
metrics = evaluate_classifier(ProteinSolubilityClassifier(), [batch], "cpu")
assert set(metrics) >= {"accuracy", "precision", "recall", "f1", "auc", "mcc"}
# %% points 2
assert abs(compare_on_imbalanced([1] * 9 + [0], [1] * 10)["accuracy"] - 0.9) < 1e-9
