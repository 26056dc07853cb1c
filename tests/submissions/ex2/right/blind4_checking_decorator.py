"""課題2 ウォームアップ"""
import functools
import inspect

import torch


def 負を拒む(関数):
    署名 = inspect.signature(関数)

    @functools.wraps(関数)
    def 包み(*args, **kwargs):
        引数 = 署名.bind(*args, **kwargs)
        引数.apply_defaults()
        if 引数.arguments["warmup_steps"] < 0:
            raise ValueError("warmup_steps は 0 以上")
        return 関数(*args, **kwargs)

    return 包み


@負を拒む
def warmup_lr(step, warmup_steps=1000, start_lr=1e-7, target_lr=1e-3):
    return target_lr if step >= warmup_steps else start_lr + (target_lr - start_lr) * (step / warmup_steps)


class 予定:
    __slots__ = ("最適化", "目標", "長さ", "始め", "回数")

    def __init__(self, 最適化, 長さ, 始め):
        self.最適化, self.長さ, self.始め = 最適化, 長さ, 始め
        self.目標 = [群["lr"] for 群 in 最適化.param_groups]
        self.回数 = -1
        self.step()

    def step(self):
        self.回数 += 1
        for 群, 目標 in zip(self.最適化.param_groups, self.目標):
            群["lr"] = warmup_lr(self.回数, self.長さ, self.始め, 目標)


@負を拒む
def make_warmup_scheduler(optimizer, warmup_steps=1000, start_lr=1e-7):
    return 予定(optimizer, warmup_steps, start_lr)


@負を拒む
def train_with_warmup(model, loader, criterion, optimizer, epochs=1, warmup_steps=1000, start_lr=1e-7):
    計画 = make_warmup_scheduler(optimizer, warmup_steps, start_lr)
    重み = [p for 群 in optimizer.param_groups for p in 群["params"] if p.requires_grad]
    記録 = [[] for _ in optimizer.param_groups]
    for _ in range(epochs):
        for x, y in loader:
            勾配 = torch.autograd.grad(criterion(model(x), y), 重み, allow_unused=True)
            for p, g in zip(重み, 勾配):
                p.grad = g
            for 欄, 群 in zip(記録, optimizer.param_groups):
                欄.append(群["lr"])
            optimizer.step()
            計画.step()
    # 群が一つなら一列、複数なら群ごとの列
    return 記録[0] if len(記録) == 1 else 記録
