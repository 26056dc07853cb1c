"""`make release`: the student kit as a zip and as a wheel, and the course folder for nbgrader, under `build/`.

What a student may have is one list, `FOR_STUDENTS`. Kit and wheel are made of a folder that holds exactly that; the
notebooks are made of the sheets and stubs. Before anything is handed out, every byte of it is searched for leaks.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.audit import audit
from grader.exercise import ROOT, Exercise, ExerciseError, exercises
from grader.hub.course import ReleaseError, write_course
from grader.hub.leaks import Leak, Secrets

FOR_STUDENTS = (
    "README.md",
    "Makefile",
    "pyproject.toml",
    "constraints.txt",
    "assignments/lecture/*.py",
    "assignments/lecture/py.typed",
    "assignments/ex*/README.md",
    "datasets/*.csv",
    "datasets/*.md",
    "datasets/*.py",
    "grader/*.py",
    "grader/py.typed",
    "grader/audit/*.py",
    "grader/box/*.py",
    "grader/hub/*.py",
    "grader/report/*.py",
    "grader/submission/*.py",
    "grader/exercises/ex*/rubric.toml",
    "grader/exercises/ex*/scenarios.py",
    "grader/exercises/ex*/test_visible.py",
    "grader/exercises/ex*/recorded.json",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/toy.py",
    "tests/test_lecture.py",
    "tests/test_lecture_*.py",
    "tests/submission/*.py",
)
KIT = "protein-exercise-kit"
YEAR_ONE = (1980, 1, 1, 0, 0, 0)  # the time of every member: the same sources give the same bytes


def release(build: Path, items: Sequence[Exercise]) -> list[Path]:
    """Make everything anew; the artefacts that students get. ReleaseError if the kit has faults, or one leaks."""
    faults = list(audit(items))
    if faults:
        raise ReleaseError(
            f"Nothing was released: `make audit` finds {len(faults)} faults, first this: {faults[0]}"
        )
    kit, course = build / KIT, build / "course"
    write_kit(kit, items)
    archive = zipped(kit, build / f"{KIT}.zip")
    wheel = wheel_of(kit, build)
    write_course(course, items)
    made = [archive, wheel, *sorted((course / "release").rglob("*.ipynb"))]
    found = list(leaks(made, Secrets.of(items)))
    if found:
        for path in made:
            path.unlink()
        raise ReleaseError(f"Nothing was released: it holds what students must not have.\n{lines(found)}")
    return made


def lines(found: Sequence[Leak]) -> str:
    """The leaks, a line each."""
    return "\n".join(map(str, found))


def for_students(root: Path = ROOT) -> Iterator[Path]:
    """Every file that a student may have, relative to the kit; the stubs come from where they are recorded."""
    for pattern in FOR_STUDENTS:
        found = sorted(path.relative_to(root) for path in root.glob(pattern) if path.is_file())
        if not found:
            raise ReleaseError(f"Nothing fits {pattern!r} any more. Mend FOR_STUDENTS in grader/hub/release.py.")
        yield from found


def write_kit(folder: Path, items: Sequence[Exercise], root: Path = ROOT) -> None:
    """A folder that holds what a student may have, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in for_students(root):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)
    for item in items:
        stub = folder / item.file.relative_to(item.root)
        stub.write_text(item.stub.text, encoding="utf-8")


def zipped(folder: Path, archive: Path) -> Path:
    """The folder as a zip whose bytes depend on its files alone."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", YEAR_ONE)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(member, path.read_bytes())
    return archive


def wheel_of(kit: Path, build: Path) -> Path:
    """The kit as a wheel for the hub's image. ReleaseError with the builder's words if it cannot be made."""
    for old in build.glob("*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(build.resolve())]
    ended = subprocess.run(command, cwd=kit, capture_output=True, text=True, check=False)
    made = sorted(build.glob("*.whl"))
    if ended.returncode or not made:
        raise ReleaseError(f"The wheel could not be built: {ended.stderr or ended.stdout}")
    return made[0]


def leaks(artefacts: Sequence[Path], secrets: Secrets) -> Iterator[Leak]:
    """What the artefacts hold and must not."""
    for path in artefacts:
        yield from secrets.leaks(path.name, path.read_bytes())


def main() -> int:
    """Release everything, and say where it is."""
    try:
        made = release(ROOT / "build", exercises())
    except (ReleaseError, ExerciseError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1024:,.0f} kB")
    print("Course folder for nbgrader: build/course. grader/hub/README.md says what to do with it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
