"""Moves each batch to the model's device and type, as people do from habit."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4, verbose=True):
    if not accumulation_steps >= 1:
        raise ValueError(f"bad accumulation_steps: {accumulation_steps}")
    weight = next(model.parameters())
    device = weight.device
    model.to(device).train()
    batches = [(x.to(device, weight.dtype), y.to(device)) for x, y in loader]
    total, n = 0.0, 0
    for g in range(0, len(batches), accumulation_steps):
        group = batches[g : g + accumulation_steps]
        n_group = sum(len(x) for x, _ in group)
        optimizer.zero_grad(set_to_none=True)
        for x, y in group:
            loss = criterion(model(x), y)
            ((len(x) / n_group) * loss).backward()
            total += loss.detach().cpu().item() * len(x)
        optimizer.step()
        n += n_group
        if verbose:
            print(f"group at {g}: mean loss so far {total / n:.4f}")
    return total / n
