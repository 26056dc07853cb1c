"""A sixth exercise, made as an instructor would make one: three folders and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

from grader.exercise import ROOT

FILES = {
    "assignments/ex6/README.md": """
        # Exercise 6: Sequence length

        ```python
        def mean_length(sequences): ...
        ```

        | row | points | shown | holds when |
        |---|---|---|---|
        | ex6.mean | 12 | visible | the mean length |
        | ex6.empty | 8 | hidden | no sequences |
        """,
    "assignments/ex6/lengths.py": '''
        """Exercise 6."""


        def mean_length(sequences):
            """The mean number of residues of some sequences."""
            raise NotImplementedError
        ''',
    "grader/exercises/ex6/rubric.toml": """
        [mean]
        points = 12
        visible = true
        meaning = "the mean length"
        hint = "Reread the sheet."

        [empty]
        points = 8
        visible = false
        meaning = "no sequences"
        hint = "Reread the sheet's last line."
        """,
    "grader/exercises/ex6/scenarios.py": '''
        """Inside the box: a mean of three lengths."""

        from grader.box.facts import plain

        SCENARIOS = {"three": lambda module: {"mean": plain(module.mean_length(["A", "AC", "ACDEF"]))}}
        ''',
    "grader/exercises/ex6/test_visible.py": '''
        """The visible row of exercise 6."""


        def test_mean(three):
            three.same("mean", "The mean of 1, 2 and 5 is {seen}; {want} was expected.")
        ''',
    "solutions/ex6/lengths.py": '''
        """Reference."""


        def mean_length(sequences):
            return sum(map(len, sequences)) / len(sequences) if sequences else 0.0
        ''',
    "solutions/ex6/scenarios.py": '''
        """Hidden: no sequence at all."""

        from grader.box.facts import plain

        SCENARIOS = {"none": lambda module: {"mean": plain(module.mean_length([]))}}
        ''',
    "solutions/ex6/test_hidden.py": '''
        """The hidden row of exercise 6."""


        def test_empty(none):
            none.same("mean", "The mean of nothing is {seen}; {want} was expected.")
        ''',
    "solutions/ex6/mistakes/counts-sequences.py": '''
        """Your code returns how many sequences there are.

        Hint: Reread the sheet: a length is a number of residues.
        Costs: mean
        """


        def mean_length(sequences):
            return float(len(sequences))
        ''',
}


def write_exercise(root: Path) -> None:
    """Write the three folders of exercise 6 into a kit."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip(), encoding="utf-8")


def copy_kit(root: Path, *exercises: str) -> None:
    """A copy of the kit with some of its exercises."""
    skipped = shutil.ignore_patterns("__pycache__", "ex[0-9]*")
    for name in ("assignments", "grader", "datasets"):
        shutil.copytree(ROOT / name, root / name, ignore=skipped)
    (root / "solutions").mkdir()
    for exercise in exercises:
        for room in ("assignments", "grader/exercises", "solutions"):
            shutil.copytree(ROOT / room / exercise, root / room / exercise)
