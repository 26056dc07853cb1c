"""One seed for every source of chance."""

import os
import random

import numpy as np
import torch


def set_seed(seed: int = 42, deterministic: bool = False) -> None:
    """Seed Python, NumPy and PyTorch, on the CPU and on every GPU (the note's section 8).

    With `deterministic=True` PyTorch also keeps to algorithms that give the same numbers on every run.
    They are slower on a GPU, and an operation that has none raises `RuntimeError`; call this before
    the first work on the GPU. It stays on until `torch.use_deterministic_algorithms(False)`.
    """
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    if deterministic:
        # cuBLAS reads this once, when it starts.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(True)
