"""predict does not switch dropout off.

Loses: probabilities
Named: dropout-on
"""
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm
from lecture import ResidueDataset, collate_residues, load_secondary_structure

torch.manual_seed(123)
device = "cuda" if torch.cuda.is_available() else "cpu"


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        self.input_layer = nn.Linear(in_features, hidden_dim)
        self.act1 = nn.PReLU()
        self.middle = nn.Linear(hidden_dim, hidden_dim)
        self.act2 = nn.PReLU(hidden_dim)
        self.scale = nn.Parameter(torch.ones(hidden_dim))
        self.output_layer = nn.Linear(hidden_dim, num_classes)

    def forward(self, one_hot):
        b, l, f = one_hot.shape
        h = self.act1(self.input_layer(one_hot.reshape(b * l, f)))
        h = self.act2(self.middle(h)) * self.scale
        return self.output_layer(h).reshape(b, l, -1)


def predict_probabilities(model, one_hot):
    where = next(model.parameters()).device
    with torch.no_grad():
        return torch.softmax(model(one_hot.to(where)), dim=-1)


def masked_cross_entropy(logits, labels, mask):
    losses = nn.CrossEntropyLoss(reduction="none")(logits.permute(0, 2, 1), labels)
    kept = torch.nan_to_num(losses) * mask
    return kept.sum() / torch.maximum(mask.sum(), torch.ones_like(mask.sum()))


def train_epoch(model, loader, optimizer):
    where = next(model.parameters()).device
    model.train()
    losses, sizes = [], []
    for batch in tqdm(loader):
        batch = {k: v.to(where) for k, v in batch.items()}
        optimizer.zero_grad()
        loss = masked_cross_entropy(model(batch["one_hot"]), batch["labels"], batch["mask"])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(batch["mask"].sum().item())
    return np.average(losses, weights=sizes)


train, val, test = load_secondary_structure()
loader = DataLoader(ResidueDataset(train.sequences, train.labels), batch_size=16, shuffle=True, collate_fn=collate_residues)
model = SecondaryStructureMLP().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(2):
    print(epoch, train_epoch(model, loader, optimizer))
