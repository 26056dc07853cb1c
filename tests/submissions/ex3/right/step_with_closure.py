"""Each group is a closure that the optimizer calls."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps")
    batches = list(loader)
    n_all = sum(len(y) for _, y in batches)

    def make_closure(group):
        n = sum(len(y) for _, y in group)

        def closure():
            optimizer.zero_grad()
            mean = 0.0
            for x, y in group:
                loss = criterion(model(x), y) * (len(y) / n)
                loss.backward()
                mean += loss.item()
            return mean

        return closure, n

    result = 0.0
    for i in range(0, len(batches), accumulation_steps):
        closure, n = make_closure(batches[i : i + accumulation_steps])
        result += optimizer.step(closure) * n / n_all
    return result
