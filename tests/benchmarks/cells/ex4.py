# %% points 4
import torch

from lecture import AMINO_ACIDS, ProteinDataset

parameters = [torch.nn.Parameter(torch.ones(2))]
assert make_optimizer("sgd", parameters).defaults["momentum"] == 0.9
assert make_optimizer("adamw", parameters).defaults["weight_decay"] == 0.01
# %% points 10
torch.manual_seed(0)


def proteins(count):
    texts = ["".join(AMINO_ACIDS[i] for i in torch.randint(0, 20, (30,))) for _ in range(count)]
    return ProteinDataset(texts, [int(text.count("K") > 1) for text in texts])


histories = compare_optimizers(proteins(48), proteins(24), epochs=4, batch_size=16)
assert set(histories) == {"sgd", "adam", "adamw"}
assert all(len(losses) == 4 for runs in histories.values() for losses in runs.values())
# %% points 3
figure = plot_loss_curves(histories)
assert len(figure.axes) == 1 and len(figure.axes[0].lines) == 6
# %% points 3
curves = {"sgd": [3.0, 2.0], "adam": [2.0, 1.0], "adamw": [3.0, 1.5]}
told = summarize({name: {"train_loss": c, "val_loss": c} for name, c in curves.items()}, 2.0)
assert told == {"fastest": "adam", "lowest_val_loss": "adam"}
