"""The data files, their sheet, the generator behind them and the bounds that it implies."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations, groupby
from math import sqrt
from pathlib import Path
from shutil import copytree
from statistics import mean, stdev

import pytest
import torch
from torch import nn

from lecture import (
    AMINO_ACIDS,
    Proteins,
    ResidueDataset,
    collate_residues,
    load_imbalanced_solubility,
    load_secondary_structure,
    load_solubility,
    proteins,
)
from lecture.bounds import (
    _likelihood,
    best_composition_accuracy,
    best_composition_accuracy_on,
    best_q3,
    best_q3_on,
)
from lecture.data import Item
from lecture.synthetic import RUNS, SHARES, STRETCH, secondary_structure, solubility

FOLDER = Path(__file__).parents[1] / "datasets"
SHEET = (FOLDER / "README.md").read_text(encoding="utf-8")
AnyProteins = Proteins[int] | Proteins[str]
LOADERS: dict[str, Callable[[], tuple[AnyProteins, AnyProteins, AnyProteins]]] = {
    "secondary_structure": load_secondary_structure,
    "solubility": load_solubility,
    "imbalanced_solubility": load_imbalanced_solubility,
}
PARTS = ("train", "validation", "test")


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "generate.py", tmp_path], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}
    assert len(written) == 3


def test_all_of_it_is_tiny_and_loads_in_milliseconds() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 1_000_000
    for load in LOADERS.values():
        took = []
        for _ in range(5):
            start = time.perf_counter()
            load()
            took.append(time.perf_counter() - start)
        assert min(took) < 0.02


def test_an_installed_wheel_reads_the_files_beside_its_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(FOLDER, tmp_path / "lecture" / "datasets")
    (tmp_path / "lecture" / "datasets" / "solubility.csv").write_text(
        "part,family,sequence,label\ntrain,f,ACD,1\n", encoding="utf-8"
    )
    monkeypatch.setattr(proteins, "__file__", str(tmp_path / "lecture" / "proteins.py"))
    train, validation, test = load_solubility()
    assert (train.sequences, train.labels, train.families) == (["ACD"], [1], ["f"])
    assert len(validation) == len(test) == 0


@pytest.mark.parametrize("name", LOADERS)
def test_every_family_stands_whole_in_one_part(name: str) -> None:
    owners = [set(part.families) for part in LOADERS[name]()]
    assert all(not one & other for one, other in combinations(owners, 2))
    assert all(set(Counter(part.families).values()) == {4} for part in LOADERS[name]())


@pytest.mark.parametrize("name", LOADERS)
def test_sequences_hold_known_residues_only(name: str) -> None:
    assert set("".join(s for part in LOADERS[name]() for s in part.sequences)) == set(AMINO_ACIDS)


def test_the_sheet_states_sizes_and_balance_as_they_are() -> None:
    for name, load in LOADERS.items():
        for part, held in zip(PARTS, load(), strict=True):
            residues = sum(map(len, held.sequences))
            size = f"| `{name}.csv` | {part} | {len(set(held.families))} | {len(held)} | {residues} |"
            assert f"{size} {balance(held)} |" in SHEET


def balance(held: AnyProteins) -> str:
    seen = Counter("".join(map(str, held.labels)))
    if "1" in seen:
        return f"{seen['1']} soluble, {seen['0']} insoluble"
    return ", ".join(f"{letter} {100 * seen[letter] / seen.total():.1f} %" for letter in "HEC")


def test_the_sheet_states_the_best_scores_as_they_are() -> None:
    for bound, largest in [
        (best_q3(), 10 / 24),
        (best_composition_accuracy(), 0.5),
        (best_composition_accuracy(soluble=0.9), 0.9),
    ]:
        assert f"| {bound:.4f} | {largest:.4f} |" in SHEET


def test_the_sheet_states_how_alike_relatives_and_strangers_are() -> None:
    held = load_secondary_structure()[0]
    alike: dict[bool, list[float]] = {True: [], False: []}
    for one, other in combinations(range(len(held)), 2):
        pairs = list(zip(held.sequences[one], held.sequences[other], strict=False))
        related = held.families[one] == held.families[other]
        alike[related].append(sum(a == b for a, b in pairs) / len(pairs))
    assert "about 53 % of their residues, two strangers in about 6 %" in SHEET
    assert mean(alike[True]) == pytest.approx(0.53, abs=0.03)
    assert mean(alike[False]) == pytest.approx(0.06, abs=0.01)


def test_exactly_nine_of_ten_are_soluble_in_every_part() -> None:
    assert [mean(part.labels) for part in load_imbalanced_solubility()] == [0.9, 0.9, 0.9]


# The generator, with other seeds.


def test_a_seed_decides_everything() -> None:
    assert secondary_structure(5, 6, 2) == secondary_structure(5, 6, 2)
    assert solubility(5, 6, 2) == solubility(5, 6, 2)
    assert not set(solubility(5, 6).sequences) & set(solubility(6, 6).sequences)


def test_sizes_are_as_asked() -> None:
    held = solubility(3, families=7, members=3, lengths=range(20, 23), soluble=0.3)
    assert len(held) == 21
    assert {len(sequence) for sequence in held.sequences} <= {20, 21, 22}
    assert held.labels == [0] * 9 + [1] * 3 + [0] * 6 + [1] * 3


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(ValueError, match="give lengths of at least 5"):
        solubility(1, 2, lengths=range(4, 9))
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        solubility(1, 2, soluble=90)


def test_structures_come_in_runs_parted_by_coil() -> None:
    for structure in secondary_structure(4, families=200).labels:
        assert "HE" not in structure
        assert "EH" not in structure
        runs = [(letter, len(list(run))) for letter, run in groupby(structure)]
        # The protein's ends may cut the first run and the last.
        assert all(length in RUNS[letter] for letter, length in runs[1:-1])


@pytest.mark.parametrize("position", [0, 1, 15, 29])
def test_shares_hold_at_every_position(position: int) -> None:
    labels = secondary_structure(8, families=4000, lengths=range(30, 31)).labels
    seen = Counter(structure[position] for structure in labels)
    for letter, parts in SHARES.items():
        share = parts / 24
        assert seen[letter] / 4000 == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / 4000))


def test_an_insoluble_protein_has_its_stretch_and_relatives_keep_it() -> None:
    held = solubility(9, families=60, members=3)
    stretches: dict[int, list[bool]] = {0: [], 1: []}
    for sequence, label in zip(held.sequences, held.labels, strict=True):
        marked = "".join("+" if residue in "ACFILMVW" else " " for residue in sequence)
        stretches[label].append("+" * STRETCH in marked)
    assert all(stretches[0])
    assert mean(stretches[1]) < 0.3


# The bounds. Families of one member are independent, so that a standard error is what it says.


def test_the_best_q3_is_what_its_model_has_in_the_long_run() -> None:
    scores = [best_q3_on(secondary_structure(seed, families=100)) for seed in range(40)]
    assert mean(scores) == pytest.approx(best_q3(), abs=4 * stdev(scores) / sqrt(len(scores)))


def test_relatives_do_not_change_the_best_q3() -> None:
    scores = [best_q3_on(secondary_structure(seed, families=40, members=4)) for seed in range(40)]
    assert mean(scores) == pytest.approx(best_q3(), abs=4 * stdev(scores) / sqrt(len(scores)))


@pytest.mark.parametrize("soluble", [0.5, 0.9])
def test_the_best_composition_accuracy_is_what_its_model_has_in_the_long_run(soluble: float) -> None:
    bound = best_composition_accuracy(soluble=soluble)
    seen = best_composition_accuracy_on(solubility(2, families=3000, soluble=soluble), soluble)
    assert seen == pytest.approx(bound, abs=4 * sqrt(bound * (1 - bound) / 3000))


@pytest.mark.parametrize("soluble", [0.5, 0.9])
def test_the_likelihoods_of_all_compositions_add_up_to_one(soluble: float) -> None:
    counts = [(charged, other) for charged in range(31) for other in range(31 - charged)]
    total = sum(_likelihood(label, *pair, 30, soluble) for label in (0, 1) for pair in counts)
    assert total == pytest.approx(1, rel=1e-9)


def one_batch(held: Proteins[str]) -> Item:
    dataset = ResidueDataset(held.sequences, held.labels)
    return collate_residues([dataset[index] for index in range(len(dataset))])


def test_a_trained_model_of_single_residues_comes_close_and_not_above() -> None:
    train, held = secondary_structure(31, families=150), secondary_structure(32, families=150)
    torch.manual_seed(0)
    model = nn.Linear(20, 3)
    batch, unseen = (one_batch(part) for part in (train, held))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(60):
        real = batch["mask"].bool()
        loss = nn.functional.cross_entropy(model(batch["one_hot"])[real], batch["labels"][real])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    real = unseen["mask"].bool()
    q3 = (model(unseen["one_hot"]).argmax(-1) == unseen["labels"])[real].float().mean().item()
    assert best_q3_on(held) - 0.01 < q3 < best_q3_on(held) + 0.005


def test_a_trained_model_of_compositions_comes_close_and_not_above() -> None:
    from sklearn.linear_model import LogisticRegression

    train, held = solubility(41, families=1500), solubility(42, families=1500)
    counts = [[[s.count(letter) for letter in AMINO_ACIDS] for s in part.sequences] for part in (train, held)]
    model = LogisticRegression(max_iter=1000).fit(counts[0], train.labels)
    accuracy = model.score(counts[1], held.labels)
    assert best_composition_accuracy_on(held) - 0.03 < accuracy < best_composition_accuracy_on(held) + 0.01
