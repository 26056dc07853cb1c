"""A hook of the optimizer divides the gradients just before each step."""


def train_epoch_accumulated(model, loader, criterion, optimizer, accumulation_steps=4):
    if accumulation_steps < 1:
        raise ValueError("accumulation_steps must be >= 1")
    state = {"samples": 0}

    def divide(opt, args, kwargs):
        for group in opt.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.div_(state["samples"])

    handle = optimizer.register_step_pre_hook(divide)
    total = count = 0
    try:
        optimizer.zero_grad()
        for i, (x, y) in enumerate(loader):
            loss = criterion(model(x), y)
            (loss * len(x)).backward()
            total += loss.item() * len(x)
            count += len(x)
            state["samples"] += len(x)
            if (i + 1) % accumulation_steps == 0 or i + 1 == len(loader):
                optimizer.step()
                optimizer.zero_grad()
                state["samples"] = 0
    finally:
        handle.remove()
    return total / count
