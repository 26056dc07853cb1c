# %% points 7
import torch

assert abs(warmup_lr(0, 100, 1e-7, 1e-3) - 1e-7) < 1e-12
assert abs(warmup_lr(100, 100, 1e-7, 1e-3) - 1e-3) < 1e-9
assert abs(warmup_lr(50, 100, 1e-7, 1e-3) - 5.0005e-4) < 1e-9
# %% points 6
layer = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=1e-3)
scheduler = make_warmup_scheduler(optimizer, 100)
rates = []
for _ in range(300):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step()
assert abs(rates[0] - 1e-7) < 1e-12 and abs(rates[100] - 1e-3) < 1e-9
# %% points 7
layer = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=1e-3)
loader = [(torch.ones(4, 3), torch.ones(4, 1))] * 5
used = train_with_warmup(layer, loader, torch.nn.MSELoss(), optimizer, epochs=3, warmup_steps=10)
assert len(used) == 15 and abs(used[-1] - 1e-3) < 1e-9
