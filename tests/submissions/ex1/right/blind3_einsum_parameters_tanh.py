"""Right: three parameters in einsum, tanh, a softmax and loss by hand."""
import torch
from torch import nn, einsum


class SecondaryStructureMLP(nn.Module):
    def __init__(self, in_features=20, hidden_dim=64, num_classes=3):
        super().__init__()
        # trois matrices à moi, et leurs biais
        self.W1 = nn.Parameter(torch.empty(in_features, hidden_dim))
        self.W2 = nn.Parameter(torch.empty(hidden_dim, hidden_dim))
        self.W3 = nn.Parameter(torch.empty(hidden_dim, num_classes))
        self.b1 = nn.Parameter(torch.zeros(hidden_dim))
        self.b2 = nn.Parameter(torch.zeros(hidden_dim))
        self.b3 = nn.Parameter(torch.zeros(num_classes))
        for W in (self.W1, self.W2, self.W3):
            nn.init.xavier_uniform_(W)

    def forward(self, one_hot):
        h = torch.tanh(einsum("blf,fh->blh", one_hot, self.W1) + self.b1)
        h = torch.tanh(einsum("blh,hk->blk", h, self.W2) + self.b2)
        return einsum("blk,kc->blc", h, self.W3) + self.b3


def predict_probabilities(model, one_hot):
    model.eval()
    with torch.no_grad():
        z = model(one_hot)
        # softmax à la main; on soustrait le maximum, sinon exp déborde
        e = torch.exp(z - z.max(dim=-1, keepdim=True).values)
        return e / e.sum(dim=-1, keepdim=True)


def masked_cross_entropy(logits, labels, mask):
    # les positions vides reçoivent des logits nuls AVANT le calcul : inf * 0 donnerait NaN
    vide = (mask == 0).unsqueeze(-1)
    z = torch.where(vide, torch.zeros_like(logits), logits)
    bon = z.gather(-1, labels.unsqueeze(-1))[..., 0]  # logit de la bonne classe
    entropie = torch.logsumexp(z, dim=-1) - bon
    somme = einsum("bl,bl->", entropie, mask)
    nombre = mask.sum()
    return somme / torch.clamp(nombre, min=1.0)


def train_epoch(model, loader, optimizer):
    model.train()
    pertes, poids = [], []
    for lot in loader:
        model.zero_grad()  # l'optimiseur tient les mêmes paramètres
        perte = masked_cross_entropy(model(lot["one_hot"]), lot["labels"], lot["mask"])
        perte.backward()
        optimizer.step()
        pertes.append(perte.detach().double())
        poids.append(lot["mask"].sum().double())
    pertes, poids = torch.stack(pertes), torch.stack(poids)
    return (einsum("n,n->", pertes, poids) / poids.sum()).item()
