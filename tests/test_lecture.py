"""The package as a whole: its names, what importing it costs, its seeds."""

import inspect
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import lecture

CONTRACT = {
    "AMINO_ACIDS",
    "ProteinDataset",
    "ProteinNet",
    "ProteinSolubilityClassifier",
    "collate_proteins",
    "count_parameters",
    "evaluate",
    "evaluate_classifier",
    "find_bad_gradients",
    "linear_regression",
    "load_imbalanced_solubility",
    "load_secondary_structure",
    "load_solubility",
    "overfit_single_batch",
    "set_seed",
    "split_by_family",
    "train_model",
    "train_one_epoch",
    "train_one_epoch_amp",
}


def test_every_name_of_the_contract_is_there_and_documented() -> None:
    assert set(lecture.__all__) >= CONTRACT
    documented = [getattr(lecture, name) for name in lecture.__all__ if callable(getattr(lecture, name))]
    assert [value.__name__ for value in documented if not inspect.getdoc(value)] == []


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(lecture.__file__).parent / "py.typed").is_file()


def test_importing_it_loads_no_library_that_torch_does_not() -> None:
    program = "import sys, torch; before = set(sys.modules); import lecture; print(*set(sys.modules) - before)"
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    packages = {module.partition(".")[0] for module in seen.split()}
    assert packages - sys.stdlib_module_names == {"lecture"}


def draws() -> tuple[float, float, float]:
    return random.random(), float(np.random.random()), torch.rand(1).item()


def test_a_seed_gives_the_same_numbers_in_python_numpy_and_torch() -> None:
    lecture.set_seed(7)
    first = draws()
    lecture.set_seed(7)
    assert draws() == first
    lecture.set_seed(8)
    assert not set(draws()) & set(first)


def test_the_default_seed_is_42() -> None:
    lecture.set_seed()
    first = draws()
    lecture.set_seed(42)
    assert draws() == first


@pytest.fixture
def determinism(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.usefixtures("determinism")
def test_full_determinism_is_a_switch() -> None:
    lecture.set_seed(1)
    assert not torch.are_deterministic_algorithms_enabled()
    lecture.set_seed(1, deterministic=True)
    assert torch.are_deterministic_algorithms_enabled()
    lecture.set_seed(2)
    assert torch.are_deterministic_algorithms_enabled(), "a later seed must not switch it off"
