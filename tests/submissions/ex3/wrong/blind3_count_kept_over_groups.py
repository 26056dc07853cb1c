"""The count of samples is not reset after a group.

Loses: equivalence, steps, leftover
May lose: ragged, edges
"""
# 练习3:梯度累积
# 思路:每个小批次用"损失之和"反向传播,更新之前再把梯度除以样本数
import torch


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps 必须 >= 1")

    总损失, 总样本 = 0.0, 0
    组样本 = 0

    def 更新():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.div_(组样本)
        optimizer.step()
        optimizer.zero_grad()

    optimizer.zero_grad()  # 清掉以前留下的梯度
    i = -1
    for i, (x, y) in enumerate(loader):
        n = x.shape[0]
        loss = criterion(model(x), y)
        (loss * n).backward()
        组样本 += n
        总损失 += loss.detach().item() * n
        总样本 += n
        if (i + 1) % accumulation_steps == 0:
            更新()
    if 组样本 > 0:  # 剩下的不完整的一组
        更新()
    return 总损失 / max(总样本, 1)
