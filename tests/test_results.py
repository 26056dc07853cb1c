"""Results as the contract has them: their shape, their bytes, what they hide, and how they are written."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader import record, wording
from grader.box.job import OUT_OF_MEMORY, PYTHON, Loading, Observation, Seen, Skipped
from grader.doubt import merged
from grader.exercise import Exercise
from grader.judge import Verdict
from grader.report.attention import reasons
from grader.report.feedback import feedback, for_teacher
from grader.report.plain import one_line
from grader.report.table import COLUMNS, cell, write_csv
from grader.results import OWNER, Result, WriteError, exercise_result, result, to_json, write_whole
from grader.submission import Missing, Source
from tests.classes import RIGHT, means, observation

SECRET = "the hidden input is 42"
SOURCE = Source("ex6/lengths.py", script=True, cells=(RIGHT,), files={}, notes=("read it as utf-16 text",))
ERROR = {"type": "Leak42", "library": "lengths", "text": SECRET, "line": 3, "undefined": None}


def graded(toy: Exercise, *verdicts: Verdict) -> Result:
    """A student's result with these verdicts."""
    return result("ada", {"ex6": exercise_result(toy, "graded", file="ex6/lengths.py", verdicts=verdicts)})


def loaded_with(status: Any, reason: str | None, *skipped: Skipped) -> Observation:
    """What was seen of a submission that was loaded in some way."""
    loading = Loading(status=status, reason=reason, skipped=list(skipped), undefined=[])
    return Observation(walls="some", loading=loading, scenarios={}, signs=[], printed="")


def published(toy: Exercise, seen: Observation) -> Any:
    """The exercise's part of the result of what was seen."""
    return record.result_of(record.of(SOURCE, toy, seen), toy, [])


def test_a_result_has_the_contracts_keys_and_types(toy: Exercise) -> None:
    mean, empty = toy.checks
    made = graded(toy, Verdict(mean, "passed"), Verdict(empty, "failed", observed="it was 4"))
    assert list(made) == ["student", "score", "max_score", "exercises"]
    part = made["exercises"]["ex6"]
    assert list(part) == ["score", "max_score", "status", "file", "reason", "notes", "walls", "checks"]
    keys = ["id", "points", "earned", "visible", "status", "message", "hint", "misconception"]
    assert [list(check) for check in part["checks"]] == [keys, keys]
    assert (made["score"], made["max_score"], part["score"]) == (12.0, 20.0, 12.0)
    assert all(isinstance(number, float) for number in (made["score"], made["max_score"], part["score"]))
    assert [check["earned"] for check in part["checks"]] == [12.0, 0.0]


def test_nothing_is_a_float_too(toy: Exercise) -> None:
    made = result("ada", {"ex6": exercise_result(toy, "missing", reason="Found nothing.")})
    assert json.loads(to_json(made))["score"] == 0.0
    assert '"score": 0.0' in to_json(made)


def test_a_hidden_check_says_no_number_and_no_text_of_the_students(toy: Exercise) -> None:
    _, hidden = toy.checks
    for verdict in (
        Verdict(hidden, "failed", observed=SECRET),
        Verdict(hidden, "error", absence={"error": ERROR}),
        Verdict(hidden, "killed", absence={"killed": SECRET}),
    ):
        text = to_json(graded(toy, verdict)) + feedback(graded(toy, verdict))
        assert not any(word in text for word in (SECRET, "Leak42", "42", "line 3"))


@pytest.mark.parametrize(
    ("seen", "status", "reason"),
    [
        (
            loaded_with("import-error", f"{PYTHON} could not read line 12: '(' was never closed."),
            "import-error",
            f"{PYTHON} could not read line 12. Is a bracket, a quote or a colon missing there, or just above, "
            "or does it need a newer Python?",
        ),
        (
            loaded_with(
                "import-error", "Nothing of the exercise is defined, and cell 2, line 1 stopped with KeyError."
            ),
            "import-error",
            "Nothing of the exercise is defined, and cell 2, line 1 stopped with KeyError.",
        ),
        (
            loaded_with("import-error", "Nothing of the exercise is defined, and line 1 stopped with Leak42."),
            "import-error",
            "Nothing of the exercise is defined, and line 1 stopped with an error of another kind.",
        ),
        (loaded_with("import-error", SECRET), "import-error", "Python could not read the file."),
        (loaded_with("import-error", None), "import-error", "Python could not read the file."),
        (loaded_with("killed", SECRET), "killed", wording.ENDED["killed"]),
        (loaded_with("timeout", SECRET), "timeout", wording.ENDED["timeout"]),
        (observation(three=Seen(timeout=20.0), none=Seen(killed="signal 9")), "timeout", wording.ENDED["timeout"]),
        (
            observation(three=Seen(killed=OUT_OF_MEMORY), none=Seen(killed=OUT_OF_MEMORY)),
            "out-of-memory",
            wording.ENDED["out-of-memory"],
        ),
        (
            observation(three=Seen(killed="signal 9"), none=Seen(killed=OUT_OF_MEMORY)),
            "killed",
            wording.ENDED["killed"],
        ),
        (observation(three=Seen(timeout=20.0), none=Seen(error=ERROR)), "graded", None),
        (observation(three=Seen(error=ERROR | {"type": "NotImplementedError"})), "not-started", record.UNWRITTEN),
    ],
)
def test_the_status_of_what_was_run_and_its_reason_in_words_of_ours(
    toy: Exercise, seen: Observation, status: str, reason: str | None
) -> None:
    part = published(toy, seen)
    assert (part["status"], part["reason"]) == (status, reason)


def test_a_files_name_is_safe_to_print(toy: Exercise, tmp_path: Path) -> None:
    folder = tmp_path / "a\nb" / "ex6"
    folder.mkdir(parents=True)
    (folder / f"{toy.module}.py").write_text(RIGHT, encoding="utf-8")
    found = record.find(tmp_path, toy)
    assert isinstance(found, Source)
    assert (tmp_path / found.path).is_file()
    assert record.of(found, toy, None)["file"] == f"a\\nb/ex6/{toy.module}.py"


def test_who_wrote_in_cells_that_are_not_run_is_not_told_of_the_stub(toy: Exercise, tmp_path: Path) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": f"%%writefile lengths.py\n{RIGHT}"}]})
    (tmp_path / "ex6.ipynb").write_text(text, encoding="utf-8")
    kept = record.of(record.find(tmp_path, toy), toy, None)
    assert (kept["status"], kept["reason"]) == ("not-started", record.PASSED_OVER)
    assert kept["notes"] == ["passed over cell 1: %%writefile is not run here; write the code in a plain cell"]


@pytest.mark.parametrize(
    ("skipped", "note"),
    [
        (Skipped(where="line 61", error="FileNotFoundError"), "line 61 was skipped: FileNotFoundError"),
        (Skipped(where="line 2", error="SyntaxError"), f"line 2 was skipped: SyntaxError in {PYTHON}"),
        (Skipped(where="cell 3, line 2", error="timeout"), "cell 3, line 2 was skipped: it took too long"),
        (Skipped(where=SECRET, error=SECRET), "a line was skipped: an error of another kind"),
    ],
)
def test_a_note_on_a_skipped_line(toy: Exercise, skipped: Skipped, note: str) -> None:
    assert published(toy, loaded_with("loaded", None, skipped))["notes"] == [*SOURCE.notes, note]


def test_what_was_not_found_says_what_was_there(toy: Exercise) -> None:
    part = record.result_of(record.of(Missing("Found no ex6. 'a.txt' was there."), toy, None), toy, [])
    assert (part["status"], part["reason"], part["walls"]) == ("missing", "Found no ex6. 'a.txt' was there.", None)


def test_a_second_look_replaces_only_what_it_looked_at() -> None:
    first = observation(a=Seen(facts={"x": 1}), b=Seen(timeout=20.0))
    second = observation(b=Seen(facts={"x": 2}))
    assert merged(first, second)["scenarios"] == {"a": {"facts": {"x": 1}}, "b": {"facts": {"x": 2}}}
    assert merged(loaded_with("timeout", None), first) == first


RAISED = Skipped(where="line 9", error="RuntimeError")  # perhaps the machine's doing


def test_a_second_look_takes_nothing_away_that_came_to_its_end() -> None:
    first = observation(a=Seen(facts={"x": 1}), b=Seen(facts={"x": "<OSError>"}))
    first["loading"]["skipped"] = [RAISED]
    assert merged(first, {**loaded_with("killed", None), "walls": first["walls"]}) == first
    second = observation(a=Seen(killed="signal 9"), b=Seen(timeout=20.0))
    assert merged(first, {**second, "loading": first["loading"]})["scenarios"] == first["scenarios"]
    second = observation(a=Seen(facts={"x": 2}), b=Seen(facts={"x": 2}))
    assert merged(first, second) == second


@pytest.mark.parametrize("status", ["loaded", "import-error"])
def test_a_second_look_that_met_more_takes_nothing_away(status: Any) -> None:
    lost = Skipped(where="line 1", error="OSError")  # of an import, say, whose names are missing then
    missing = Seen(error={**ERROR, "type": "NameError"})
    first, second = observation(a=Seen(facts={"x": 1})), observation(a=missing)
    first["loading"]["skipped"] = [RAISED]
    second["loading"] |= {"status": status, "skipped": [lost, RAISED]}
    assert merged(first, second) == first
    assert merged(second, first) == first


def test_a_sign_of_tampering_counts_from_either_look() -> None:
    ended, whole = loaded_with("killed", None), observation(a=Seen(facts={"x": 1}))
    assert merged({**ended, "signs": ["it ended its parent"]}, whole)["signs"] == ["it ended its parent"]


def test_what_was_seen_once_more_without_walls_counts_as_seen_without() -> None:
    first, second = observation(a=Seen(timeout=20.0)), observation(a=Seen(facts={"x": 1}))
    assert merged(first, {**second, "walls": "none"})["walls"] == "none"


def test_the_teacher_sees_what_the_student_must_not(toy: Exercise) -> None:
    seen = means(1.0, 0.0)
    library = "line 3: sklearn.metrics.f1_score uses the library's own function"
    seen["signs"], seen["printed"] = ["line 2: sys.modules looks", library], "<script>\n" * 100
    kept = record.of(SOURCE, toy, seen)
    page = for_teacher("ada", {"ex6": kept}, {"ex6": [Verdict(toy.checks[1], "error", absence={"error": ERROR})]})
    assert SECRET in page
    assert "- looks like tampering: line 2: sys.modules looks" in page
    assert f"- note: {library}" in page
    assert page.count("    &lt;script&gt;") == 40
    assert reasons({"ex6": kept}, {"ex6": []}) == ["ex6: a sign of tampering, line 2: sys.modules looks"]


@pytest.mark.parametrize(
    ("other", "unplaced", "told"),
    [
        ("missing", ("Untitled3.ipynb", "work.py"), "Untitled3.ipynb, work.py"),
        ("not-started", ("Untitled3.ipynb", "work.py"), "Untitled3.ipynb, work.py"),
        ("graded", ("Untitled3.ipynb", "tools.py"), "Untitled3.ipynb"),  # a script is a module of what was read
        ("graded", ("tools.py", "all.ipynb"), ""),  # the file that was read
        ("graded", ("tools.py", "ex6_ada.py"), "ex6_ada.py"),
        ("missing", (), ""),
    ],
)
def test_what_may_be_the_work_where_nothing_was_written_is_to_be_looked_at(
    toy: Exercise, other: Any, unplaced: tuple[str, ...], told: str
) -> None:
    nothing = record.of(Missing("Found no ex6.", unplaced), toy, None)
    beside = {**record.of(Missing("Found no ex7.", unplaced), toy, None), "status": other}
    if other == "graded":
        beside |= {"file": "all.ipynb", "unplaced": []}
    names = "ex6, ex7" if other != "graded" else "ex6"
    expected = [f"{names}: nothing that earns a point was found, and nobody read {told}"] if told else []
    earned = [Verdict(toy.checks[0], "passed")] if other == "graded" else []
    assert reasons({"ex6": nothing, "ex7": beside}, {"ex6": [], "ex7": earned}) == expected


def test_work_beside_a_file_that_earns_nothing_is_to_be_looked_at(toy: Exercise) -> None:
    kept = record.of(replace(SOURCE, unplaced=("final.ipynb",)), toy, means(1.0, 0.0))
    lost, passed = (Verdict(toy.checks[0], status) for status in ("failed", "passed"))
    told = ["ex6: nothing that earns a point was found, and nobody read final.ipynb"]
    assert reasons({"ex6": kept}, {"ex6": [lost]}) == told
    assert reasons({"ex6": kept}, {"ex6": [passed]}) == []


def test_who_may_have_written_one_exercise_is_told_of_that_one(toy: Exercise) -> None:
    kept = {name: record.of(Missing("Nothing.", (f"{name}_ada.py",)), toy, None) for name in ("ex6", "ex7")}
    assert reasons(kept, {"ex6": [], "ex7": []}) == [
        f"{name}: nothing that earns a point was found, and nobody read {name}_ada.py" for name in kept
    ]


def test_a_page_holds_no_line_end_or_mark_up_of_a_students() -> None:
    assert one_line("a\nb <i>\x1b[31m") == "a\\nb &lt;i&gt;\\x1b[31m"


@pytest.mark.parametrize(
    "text", ["![x](https://a.b/?0.25)", "[x](https://a.b)", "![x][y]", "![y]", "[y]: https://a.b"]
)
@pytest.mark.parametrize("before", ["", "\\", "!", "\\\\", "]"])
def test_a_page_fetches_nothing_and_leads_nowhere(text: str, before: str) -> None:
    page = MarkdownIt().render(f"- {one_line('[y]: https://c.d')}\n- seen: {one_line(before + text)}")
    assert "<a" not in page
    assert "<img" not in page
    assert r"https:/\x2fa.b" in page or text in ("![x][y]", "![y]")


@pytest.mark.parametrize("fence", ["~~~", "```", "~~~~~~", " ~~~ ada"])
def test_no_name_of_a_students_hides_what_is_said_of_it(fence: str) -> None:
    page = html.unescape(MarkdownIt().render(f"- {one_line(fence)}: looks like tampering"))
    assert f"{fence.strip()}: looks like tampering" in page


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://a.bc/?0.25", r"see https:/\x2fa.bc/?0.25"),
        (r"see https:/\\\/a.bc/?0.25", r"see https:/\x5c\x5c\x5c\x2fa.bc/?0.25"),
        ("//a.bc/0.25", r"/\x2fa.bc/0.25"),
        ("www.a.bc/0.25", r"www\x2ea.bc/0.25"),
        (r"WWW\.a.bc", r"WWW\x5c\x2ea.bc"),
        ("0.25@a.bc", r"0.25\x40a.bc"),
        (r"mailto:0.25\@a.bc", r"mailto:0.25\\x40a.bc"),
    ],
)
def test_an_address_is_no_link(text: str, written: str) -> None:
    """Where a reader makes one of a bare address, as GitHub does; a page shows it as it is written here."""
    assert one_line(text) == written
    assert written.replace("\\\\", "\\") in MarkdownIt().render(written)


@pytest.mark.parametrize("text", ["https://a.bc/0.25", r"https\:\//a.bc", r"https:/\/a.bc", "//a.bc", r"/\/a.bc"])
def test_no_sign_of_markdowns_lets_an_address_through(text: str) -> None:
    """Some readers look for addresses once those signs are gone: VS Code's preview, here with its settings."""
    reader = MarkdownIt("gfm-like")
    assert reader.linkify
    reader.linkify.set({"fuzzy_link": False})
    assert "<a" in reader.render(text.replace("\\", ""))
    assert "<a" not in reader.render(one_line(text))


@pytest.mark.parametrize(
    "formula",
    [
        "$%s$",
        "$$%s$$",
        "\\(%s\\)",
        "\\[%s\\]",
        "\\begin{equation}%s\\end{equation}",
        "\\begin {align}%s",
        "\\begin\\{align\\}%s",
        "\\ref{%s}",
    ],
)
@pytest.mark.parametrize("before", ["", "\\", "\\\\", "]", "!", "`"])
def test_a_page_holds_no_formula_of_a_students(formula: str, before: str) -> None:
    """It may be an image, which Jupyter's preview of a page fetches. It looks for them in what Markdown made."""
    formulas = re.compile(r"\$|\\[(\[]|\\begin|\\(eq)?ref")
    text = before + formula % r"\mmlToken{mglyph}[src=https://a.b/?0.25]{}"
    line = f"- seen: {one_line(text)}"
    page = html.unescape(re.sub("<[^>]*>", "", MarkdownIt().render(line)))
    assert not formulas.search(page)
    assert not re.search(r"\$|\\\\[(\[]|\\begin", line)  # nor before Markdown


def test_a_backslash_stays_as_it_is_on_a_page() -> None:
    assert one_line(r"C:\Users\ada\beginners\reference\n") == r"C:\Users\ada\beginners\reference\n"


def test_lists_stay_as_they_are_on_a_page() -> None:
    assert one_line("It saw [1, [2]], {a: [3]} [4]!") == "It saw [1, [2]], {a: [3]} [4]!"


def test_the_table_has_a_row_for_each_student_and_check(tmp_path: Path, toy: Exercise) -> None:
    mean, empty = toy.checks
    missing = result("bob, jr", {"ex6": exercise_result(toy, "missing", reason="Found nothing.")})
    whole = graded(toy, Verdict(mean, "passed"), Verdict(empty, "failed", observed="4"))
    write_csv(tmp_path / "results.csv", [whole, missing], [toy])
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["student"], row["check"], row["earned"], row["status"]) for row in rows] == [
        ("ada", "ex6.mean", "12.0", "passed"),
        ("ada", "ex6.empty", "0.0", "failed"),
        ("bob, jr", "ex6.mean", "0.0", "missing"),
        ("bob, jr", "ex6.empty", "0.0", "missing"),
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        (" =1+1", "' =1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("x;=1+1;", "x\\x3b=1+1;"),
        ("x; @SUM(A1)", "x\\x3b @SUM(A1)"),
        ("j;k", "j;k"),
        ("a\rb", "a\\rb"),
        ("a\nb", "a\\nb"),
        ("o'brien, j", "o'brien, j"),
        ("'=1+1", "''=1+1"),
        ("a\\nb", "a\\\\nb"),
        ("x\udcff", "x\\udcff"),
        ("x;'=1+1", "x\\x3b'=1+1"),
    ],
)
def test_a_name_is_one_cell_and_no_formula(tmp_path: Path, toy: Exercise, name: str, written: str) -> None:
    missing = result(name, {"ex6": exercise_result(toy, "missing", reason="Found nothing.")})
    write_csv(tmp_path / "results.csv", [missing], [toy])
    with (tmp_path / "results.csv").open(newline="", encoding="utf-8") as file:
        assert {row["student"] for row in csv.DictReader(file)} == {written}


@given(name=st.text(alphabet=st.characters() | st.sampled_from("='\\;x3bnu \n\udcff")))
def test_no_two_names_share_a_cell(name: str) -> None:
    spelled = cell(name).encode("latin-1", "backslashreplace").decode("unicode_escape")
    assert spelled == (f"'{name}" if re.match(r"\s*[=+\-@＝＋－＠]|'", name) else name)


def test_the_tables_columns_are_documented() -> None:
    from grader.report import table

    assert table.__doc__
    assert all(column in table.__doc__ for column in COLUMNS)


def test_a_file_is_never_seen_half_written(tmp_path: Path) -> None:
    path, texts, stop = tmp_path / "a.json", ["x" * 300_000, "y" * 300_000], threading.Event()
    write_whole(path, texts[0])
    seen: set[str] = set()

    def look() -> None:
        while not stop.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(30):
        write_whole(path, texts[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(texts)


def test_a_file_for_its_owner_alone_is_so_from_the_first_byte_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, modes = tmp_path / "a.json", list[int]()
    write_whole(path, "everybody's")
    monkeypatch.setattr(os, "fsync", lambda descriptor: modes.append(os.fstat(descriptor).st_mode & 0o777))
    write_whole(path, "the owner's", OWNER)
    assert [*modes, path.stat().st_mode & 0o777] == [OWNER, OWNER]


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "a.json", "before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        write_whole(tmp_path / "a.json", "after")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_json_is_the_same_bytes_and_of_no_special_number() -> None:
    assert to_json({"b": 1.0, "a": "é"}) == '{\n "b": 1.0,\n "a": "é"\n}\n'
    odd = "\x9b31m \u202e \x7f \ud800 \U000e0001 \n"
    assert to_json(odd) == r'"\u009b31m \u202e \u007f \ud800 \udb40\udc01 \n"' + "\n"
    assert json.loads(to_json(odd)) == odd
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": float("nan")})
