# 課題5 マシューズ相関係数
from functools import singledispatch

import numpy as np
import sklearn.metrics as 指標
import torch
import torch.nn.functional as F


@singledispatch
def 整数化(y):
    return torch.tensor([int(v) for v in y], dtype=torch.int64)


@整数化.register
def _(y: torch.Tensor):
    return y.to("cpu", torch.int64)


@整数化.register
def _(y: np.ndarray):
    return torch.from_numpy(y.astype("int64"))


def 混同行列(真, 予):
    "行は真、列は予測"
    真, 予 = 整数化(真), 整数化(予)
    if len(真) != len(予):
        raise ValueError("長さが違います")
    return torch.einsum("ni,nj->ij", F.one_hot(真, 2), F.one_hot(予, 2))


def confusion_counts(y_true, y_pred):
    (tn, fp), (fn, tp) = 混同行列(y_true, y_pred).tolist()
    return tp, tn, fp, fn


def matthews_corrcoef(tp, tn, fp, fn):
    # 四種類の標本を一つずつ、重みは個数
    重み = [float(tp), float(tn), float(fp), float(fn)]
    真, 予 = np.array([1, 0, 0, 1]), np.array([1, 0, 1, 0])
    if min(重み[0] + 重み[2], 重み[0] + 重み[3], 重み[1] + 重み[2], 重み[1] + 重み[3]) == 0:
        return 0.0
    return float(指標.matthews_corrcoef(真, 予, sample_weight=重み))


def evaluate_classifier(model, loader, device):
    model.eval()
    with torch.no_grad():
        出力 = [(model(b["sequence"].to(device), b["mask"].to(device)).cpu(), b["label"].cpu()) for b in loader]
    ロジット, 真 = (torch.cat(部分) for 部分 in zip(*出力))
    真, 予, 確率 = 真.numpy(), ロジット.max(dim=1).indices.numpy(), ロジット.softmax(dim=1).numpy()
    適合率, 再現率, f1, _ = 指標.precision_recall_fscore_support(真, 予, average="binary", zero_division=0)
    auc = 指標.roc_auc_score(真, 確率[:, 1]) if len(set(真.tolist())) == 2 else float("nan")
    値 = [指標.accuracy_score(真, 予), 適合率, 再現率, f1, auc, matthews_corrcoef(*confusion_counts(真, 予))]
    return dict(zip("accuracy precision recall f1 auc mcc".split(), map(float, 値)))


def compare_on_imbalanced(y_true, y_pred):
    tp, tn, fp, fn = confusion_counts(y_true, y_pred)
    return {"accuracy": np.trace(混同行列(y_true, y_pred).numpy()).item() / (tp + tn + fp + fn), "mcc": matthews_corrcoef(tp, tn, fp, fn)}
