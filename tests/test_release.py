"""What students are given: by one list, searched for leaks of every kind, and working with nothing around it."""

from __future__ import annotations

import html
import io
import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from grader.audit.fault import Fault
from grader.exercise import ROOT, Exercise, exercise, exercises
from grader.hub import release as room
from grader.hub.course import ReleaseError
from grader.hub.leaks import Secrets
from grader.hub.notebook import notebook
from grader.hub.release import for_students, leaks, release, write_kit, zipped

EX3 = exercise("ex3")


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return Secrets.of(exercises())


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("kit") / room.KIT
    write_kit(folder, exercises())
    return folder


def body(path: str) -> str:
    """A part of a secret program: what comes after its docstring and imports."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return text[re.search(r"(?m)^(def|class) ", text).start() :]  # type: ignore[union-attr]


KINDS = {
    "a reference": "solutions/ex3/gradient_accumulation.py",
    "a mistake": "solutions/ex3/mistakes/step-each-micro-batch.py",
    "a hidden check": "solutions/ex3/test_hidden.py",
    "a hidden scenario": "solutions/ex3/scenarios.py",
    "a right answer": "tests/submissions/ex5/right/" + min(
        path.name for path in (ROOT / "tests/submissions/ex5/right").glob("*.py")
    ),
}  # fmt: skip


def test_what_is_given_leaks_nothing(kit: Path, tmp_path: Path, secrets: Secrets) -> None:
    made = [zipped(kit, tmp_path / "kit.zip")]
    for item in exercises():
        made.append(tmp_path / f"{item.id}.ipynb")
        nbformat.write(notebook(item), made[-1])
    assert list(leaks(made, secrets)) == []


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_a_planted_leak_of_each_kind_is_caught(path: str, secrets: Secrets) -> None:
    assert list(secrets.leaks("stub.py", body(path).encode()))


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_it_is_caught_in_a_member_of_an_archive_in_an_archive(path: str, secrets: Secrets) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("grader/harmless.txt", body(path))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("kit.whl", inner.getvalue())
    assert list(secrets.leaks("kit.zip", outer.getvalue()))


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_it_is_caught_in_metadata_and_outputs_of_a_notebook(path: str, secrets: Secrets) -> None:
    hidden = v4.new_notebook(metadata={"kept": {"deep": [body(path)]}})
    shown = v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[v4.new_output("stream", text=body(path))])])
    for made in (hidden, shown):
        assert list(secrets.leaks("ex3.ipynb", nbformat.writes(made).encode()))


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_it_is_caught_in_a_page_that_colours_every_word(path: str, secrets: Secrets) -> None:
    words = re.sub(r"\w+|[^\w\s]", lambda word: f"<span>{html.escape(word[0])}</span>", body(path))
    page = f"<html><style>p {{ color: red }}</style><pre>{words}</pre></html>"
    assert list(secrets.leaks("ex3.html", page.encode()))


def test_what_a_reader_has_already_is_no_leak(secrets: Secrets) -> None:
    own = body(KINDS["a mistake"])
    assert not list(secrets.beside(own).leaks("x.py", own.encode()))
    assert list(secrets.beside(own).leaks("x.py", body(KINDS["a hidden check"]).encode()))


def test_other_names_and_other_spacing_hide_nothing(secrets: Secrets) -> None:
    text = body(KINDS["a reference"])
    for name in ("loader", "group", "loss", "samples", "model", "criterion", "optimizer"):
        text = re.sub(rf"(?<![.\w]){name}\b", f"my_{name}s", text)
    text = re.sub(r"\n\s*#.*", "", text).replace("    ", "\t").replace(", ", " ,")
    assert any(leak.secret == KINDS["a reference"] for leak in secrets.leaks("x.py", text.encode()))


def test_compiled_code_is_never_given(tmp_path: Path, secrets: Secrets) -> None:
    compiled = py_compile.compile(str(ROOT / KINDS["a reference"]), str(tmp_path / "a.pyc"))
    assert compiled
    assert list(secrets.leaks("a.pyc", Path(compiled).read_bytes()))


def test_only_what_is_on_the_list_is_given(kit: Path) -> None:
    given = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    assert not [name for name in given if name.startswith(("solutions", "tests/submissions", "build", ".git"))]
    stubs = {item.file.relative_to(item.root).as_posix() for item in exercises()}
    assert given == stubs | {path.as_posix() for path in for_students()}


def test_a_solved_stub_in_the_checkout_is_not_given(kit: Path) -> None:
    for item in exercises():
        assert (kit / item.file.relative_to(item.root)).read_text(encoding="utf-8") == item.stub.text


def test_the_same_kit_gives_the_same_bytes(kit: Path, tmp_path: Path) -> None:
    assert zipped(kit, tmp_path / "a.zip").read_bytes() == zipped(kit, tmp_path / "b.zip").read_bytes()


@pytest.fixture(scope="module")
def unpacked(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, unpacked where nothing else is."""
    folder: Path = tmp_path_factory.mktemp("bare")
    with zipfile.ZipFile(zipped(kit, folder / "kit.zip")) as archive:
        archive.extractall(folder)
    return folder / room.KIT


def in_kit(kit: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the kit, with nothing of ours around it but the kit."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(kit.parent),
        "PYTHONPATH": os.pathsep.join([str(kit), str(kit / "assignments")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(command, cwd=kit, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("item", exercises(), ids=lambda item: item.id)
def test_the_kit_checks_each_exercise_with_nothing_around_it(
    unpacked: Path, tmp_path: Path, item: Exercise
) -> None:
    make = ("make", "check", item.id, f"PYTHON={sys.executable}", "STRICT=1")
    assert "Not started" in in_kit(unpacked, *make).stdout
    mine = tmp_path / "mine.py"
    shutil.copy(item.reference, mine)
    ended = in_kit(unpacked, *make, f"FILE={mine}")
    assert ended.returncode == 0, ended.stderr
    visible = sum(check.points for check in item.checks if check.visible)
    assert f"{visible:g} of {visible:g} points from the visible checks" in ended.stdout


def test_the_kit_names_a_mistake_with_nothing_around_it(unpacked: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    shutil.copy(ROOT / KINDS["a mistake"], mine)
    ended = in_kit(unpacked, sys.executable, "-m", "grader", "check", "ex3", str(mine))
    assert ended.returncode == 1, ended.stderr
    assert "ex3.step-each-micro-batch" in ended.stdout


def test_the_kits_own_tests_pass_with_nothing_around_them(unpacked: Path) -> None:
    ended = in_kit(unpacked, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert ended.returncode == 0, ended.stdout


def test_nothing_is_released_while_the_kit_has_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault("ex3", "it is broken", "mend it")
    monkeypatch.setattr(room, "audit", lambda _: [fault])
    with pytest.raises(ReleaseError, match="make audit"):
        release(tmp_path, exercises())
    assert list(tmp_path.iterdir()) == []


def test_a_leak_stops_the_release_and_takes_away_what_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_leak(folder: Path, _: object) -> None:
        folder.mkdir(parents=True)
        (folder / "notes.md").write_text(body(KINDS["a hidden check"]), encoding="utf-8")

    wheel = tmp_path / "kit.whl"
    wheel.write_text("", encoding="utf-8")
    monkeypatch.setattr(room, "audit", lambda _: [])
    monkeypatch.setattr(room, "write_kit", with_leak)
    monkeypatch.setattr(room, "wheel_of", lambda *_: wheel)
    monkeypatch.setattr(room, "write_course", lambda *_: None)
    with pytest.raises(ReleaseError, match=r"notes\.md holds a part of solutions/ex3/test_hidden\.py"):
        release(tmp_path, exercises())
    assert not wheel.exists()
    assert not list(tmp_path.glob("*.zip"))


def test_json_texts_are_read_as_they_read(secrets: Secrets) -> None:
    lines = body(KINDS["a reference"]).splitlines(keepends=True)
    assert list(secrets.leaks("x.json", json.dumps({"a": [{"source": lines}]}, ensure_ascii=True).encode()))
