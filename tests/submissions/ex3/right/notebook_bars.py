"""Shows a bar and clears the output, as cells of a notebook do, in the function itself."""

from IPython.display import clear_output
from tqdm.notebook import tqdm


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be at least 1")
    batches = list(loader)
    total, residues = 0.0, 0
    bar = tqdm(range(0, len(batches), accumulation_steps), desc="epoch")
    for first in bar:
        group = batches[first : first + accumulation_steps]
        labels = sum(len(y) for _, y in group)
        optimizer.zero_grad()
        for x, y in group:
            loss = criterion(model(x), y)
            (loss * len(y) / labels).backward()
            total += loss.item() * len(y)
            residues += len(y)
        optimizer.step()
        bar.set_postfix(loss=total / residues)
    clear_output(wait=True)
    return total / residues
