"""`check` in a real kernel: it takes what was run there, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from grader import check
from grader.exercise import ExerciseError, exercise
from grader.hub import WIDTH
from grader.hub.kernel import row_of
from grader.hub.notebook import notebook

EX3 = exercise("ex3")
WRONG = (EX3.solution / "mistakes" / "step-each-micro-batch.py").read_text(encoding="utf-8")
RIGHT = EX3.reference.read_text(encoding="utf-8")


def run(made: NotebookNode, folder: Path) -> dict[str, str]:
    """Everything that each cell showed, as text, by grade id (or place)."""
    NotebookClient(made, timeout=300, kernel_name="python3", allow_errors=True).execute(cwd=str(folder))
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    return {
        cell.metadata.get("nbgrader", {}).get("grade_id", str(place)): "\n".join(map(text_of, cell.outputs))
        for place, cell in enumerate(code)
    }


def text_of(output: NotebookNode) -> str:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return str(output.get("text") or output.data["text/plain"])


def code(*sources: str) -> NotebookNode:
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


def test_the_released_notebook_shows_the_kits_table_and_each_rows_points(tmp_path: Path) -> None:
    made = notebook(EX3)
    place = next(place for place, cell in enumerate(made.cells) if cell.metadata.nbgrader["solution"])
    made.cells[place].source = WRONG
    shown = run(made, tmp_path)
    assert "2 of 11 points from the visible checks" in plain(shown["ex3_equivalence"])
    assert "mistake: ex3.step-each-micro-batch" in plain(shown["ex3_equivalence"])
    assert shown["ex3_steps"].endswith("\n0.0")
    assert shown["ex3_micro_batches"].endswith("\n2.0")
    assert "hidden" in shown["ex3_leftover"]
    assert max(map(len, plain(shown["ex3_equivalence"]).splitlines())) <= WIDTH, "the points would be out of sight"
    assert plain(shown["ex3_equivalence"]).splitlines()[:-1] == plain(shown["ex3_steps"]).splitlines()[:-1]


def test_what_was_run_last_counts_and_a_cell_with_a_magic_is_no_harm(tmp_path: Path) -> None:
    call = "from grader import check\ncheck('ex3')"
    shown = run(code("%matplotlib inline\n" + WRONG, call, RIGHT, "1 / 0", call), tmp_path)
    assert "2 of 11 points" in plain(shown["1"])
    assert "11 of 11 points" in plain(shown["4"])
    assert "cell 4, line 1 was skipped: ZeroDivisionError" in plain(shown["4"])


def test_nothing_written_yet_is_said_so(tmp_path: Path) -> None:
    shown = plain(run(notebook(EX3), tmp_path)["ex3_steps"])
    assert "Not started yet. Write your code into its cell above" in shown
    assert "assignments/" not in shown  # there are no such files beside a notebook


def test_a_module_beside_the_notebook_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RIGHT, encoding="utf-8")
    shown = run(
        code("from mine import train_epoch_accumulated", "from grader import check; check('ex3')"), tmp_path
    )
    assert "11 of 11 points" in plain(shown["1"])


def test_graded_without_the_plug_in_no_cell_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    shown = run(notebook(EX3), tmp_path)
    assert all("NoPlugInError" in shown[f"ex3_{row}"] for row in ("steps", "gpu", "leftover", "edges"))


def test_an_unknown_row_or_exercise_is_told_with_what_there_is() -> None:
    with pytest.raises(ExerciseError, match=r"no row 'step'. Choose one of: .*steps"):
        row_of(EX3, "step")


def test_where_there_is_no_notebook_nothing_happens() -> None:
    assert check("ex3") is None


def plain(text: str) -> str:
    """Without colours."""
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_notebooks_are_valid() -> None:
    nbformat.validate(notebook(EX3))
