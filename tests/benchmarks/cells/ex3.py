# %% points 10
import copy

import torch

torch.manual_seed(0)
x, y = torch.randn(64, 5), torch.randn(64, 1)
model = torch.nn.Linear(5, 1)
whole = copy.deepcopy(model)
micro = list(zip(x.split(8), y.split(8)))
train_epoch_accumulated(model, micro, torch.nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.05), 4)
optimizer = torch.optim.SGD(whole.parameters(), lr=0.05)
for part in zip(x.split(32), y.split(32)):
    optimizer.zero_grad()
    torch.nn.MSELoss()(whole(part[0]), part[1]).backward()
    optimizer.step()
assert torch.allclose(model.weight, whole.weight, atol=1e-5)
# %% points 5
steps = 0


class Counted(torch.optim.SGD):
    def step(self, *arguments):
        global steps
        steps += 1
        return super().step(*arguments)


train_epoch_accumulated(model, micro, torch.nn.MSELoss(), Counted(model.parameters(), lr=0.05), 4)
assert steps == 2
# %% points 5
try:
    train_epoch_accumulated(model, micro, torch.nn.MSELoss(), Counted(model.parameters(), lr=0.05), 0)
except ValueError:
    refused = True
assert refused
