"""`make hub`: a JupyterHub on this machine's loopback with one course, ready to click; everything goes at the end.

A real system account for an instructor, the grader and each of three students; the course of `make release`, the
exchange, and the configuration that stands beside this file. Root alone can make accounts.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from grader.exercise import ROOT

HERE = Path(__file__).parent
BUILD = ROOT / "build"
PLACE = Path("/srv/protein-hub")
GRADER, INSTRUCTOR, STUDENTS = "kit-grader", "kit-prof", ("kit-ada", "kit-bob", "kit-cyd")
ADDRESS = "http://127.0.0.1:18000"
TEACHERS_ONLY = (ROOT / "solutions", ROOT / "tests", BUILD / "course")
FORMGRADER = f"{ADDRESS}/services/proteins/formgrader"
LEFT_BEHIND = (".git", ".venv", "build", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__")
TEACHERS_TABS = ("formgrader", "create-assignment", "course-list")
STARTING_SECONDS = 120.0
ENDING_SECONDS = 120  # on a busy machine: a hub that is killed leaves its proxy running


class HubError(Exception):
    """The hub cannot be started here; the text says why and what to do."""


@contextmanager
def hub() -> Iterator[Mapping[str, str]]:
    """A running hub; gives each account's password. HubError if it does not come up."""
    wheel = released()
    environment(wheel)
    proxy()
    passwords = {name: secrets.token_urlsafe(9) for name in (INSTRUCTOR, GRADER, *STUDENTS)}
    check_free(passwords)
    try:
        for name, password in passwords.items():
            add_account(name, password)
        exchange()
        course()
        with running():
            yield passwords
    finally:
        for name in passwords:
            remove_account(name)
        shutil.rmtree(PLACE / "exchange", ignore_errors=True)
        shutil.rmtree(PLACE / "state", ignore_errors=True)


def released() -> Path:
    """The wheel of `make release`. What is the teachers' in this checkout is closed to other accounts."""
    if os.geteuid() != 0:
        raise HubError("Only root can make the accounts of a hub. Run it as root: sudo make hub.")
    wheels = sorted(BUILD.glob("*.whl"))
    if not wheels or not (BUILD / "course" / "release").exists():
        raise HubError("There is nothing to hand out in build/. Run `make release` first.")
    for folder in TEACHERS_ONLY:
        folder.chmod(folder.stat().st_mode & ~0o007)
    return wheels[-1]


def environment(wheel: Path) -> None:
    """The Python that everybody on the hub uses, with the wheel in it; made once, and renewed with the wheel."""
    mark = PLACE / "wheel"
    text = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == text:
        return
    python = PLACE / "env" / "bin" / "python"
    if not python.exists():
        print("Setting up the hub's Python. This takes some minutes, once.", flush=True)
        command(interpreter(), "-m", "venv", str(python.parents[1]))
        constraints = str(ROOT / "constraints.txt")
        command(str(python), "-m", "pip", "install", "--quiet", "--constraint", constraints, f"{wheel}[hub]")
    command(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", str(wheel))
    command(str(python), "-m", "ipykernel", "install", "--sys-prefix")
    settings = python.parents[1] / "etc" / "jupyter"
    shutil.copy(HERE / "student_config.py", settings / "nbgrader_config.py")
    write_tabs(settings, hidden=True)
    mark.write_text(text, encoding="utf-8")


def interpreter() -> str:
    """A Python that every account may run: this one, or the system's, if this one lies in somebody's home."""
    mine = Path(sys.base_prefix)
    if all(folder.stat().st_mode & 0o005 == 0o005 for folder in [mine, *mine.parents]):
        return str(mine / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
    if found := shutil.which("python3", path="/usr/local/bin:/usr/bin"):
        return found
    raise HubError(f"No account but yours may run the Python in {mine}. Install python3 and python3-venv.")


def proxy() -> None:
    """JupyterHub's proxy, an npm package, unless it is there."""
    if not (PLACE / "proxy" / "node_modules").exists() and not shutil.which("configurable-http-proxy"):
        if not shutil.which("npm"):
            raise HubError("JupyterHub's proxy is an npm package, and there is no npm. Install npm.")
        command("npm", "install", "--silent", "--prefix", str(PLACE / "proxy"), "configurable-http-proxy")


def check_free(names: Mapping[str, str]) -> None:
    """Hold back where an account of these names belongs to somebody."""
    taken = {entry.pw_name for entry in pwd.getpwall()} & set(names)
    if taken:
        raise HubError(f"These accounts are there already: {', '.join(sorted(taken))}. Is another hub running?")


def add_account(name: str, password: str) -> None:
    """A system account whose home nobody else may enter."""
    command("useradd", "--create-home", "--shell", "/bin/bash", name)
    Path("/home", name).chmod(0o700)
    command("chpasswd", say=f"{name}:{password}\n")


def remove_account(name: str) -> None:
    """The account and its home go, and whatever it still runs. It may be there in part."""
    subprocess.run(["pkill", "--signal", "KILL", "--uid", name], check=False, capture_output=True)
    for _ in range(20):
        ended = subprocess.run(["userdel", "--remove", name], check=False, capture_output=True, text=True)
        if ended.returncode in (0, 6):  # 6: there is no such account
            return
        sleep(0.5)
    print(f"The account {name} could not be removed: {ended.stderr}", file=sys.stderr)


def exchange() -> None:
    """Where work is handed out and in: open to all, as nbgrader wants it, and sticky."""
    folder = PLACE / "exchange"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o1777)
    (PLACE / "state").mkdir(mode=0o700, exist_ok=True)


def course() -> None:
    """The whole kit and the course in the grader's home, and its settings."""
    home = Path("/home", GRADER)
    shutil.copytree(ROOT, home / "kit", ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    shutil.copytree(BUILD / "course", home / "proteins")
    settings = home / ".jupyter"
    settings.mkdir()
    text = (HERE / "nbgrader_config.py").read_text(encoding="utf-8")
    root = f'c.CourseDirectory.root = "{home / "proteins"}"\n'
    (settings / "nbgrader_config.py").write_text(f"{text}\n{root}", encoding="utf-8")
    write_tabs(settings, hidden=False)
    command("chown", "--recursive", f"{GRADER}:{GRADER}", str(home))


def write_tabs(settings: Path, *, hidden: bool) -> None:
    """Hide nbgrader's tabs for teachers in JupyterLab, or show them."""
    tabs = {f"@jupyter/nbgrader:{name}": hidden for name in TEACHERS_TABS}
    page = settings / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(json.dumps({"disabledExtensions": tabs}), encoding="utf-8")


@contextmanager
def running() -> Iterator[None]:
    """JupyterHub, until the block ends. HubError with its log if it does not answer."""
    bins = [PLACE / "env" / "bin", PLACE / "proxy" / "node_modules" / ".bin"]
    path = os.pathsep.join([*map(str, bins), "/usr/local/bin:/usr/bin:/bin"])
    log = PLACE / "state" / "hub.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(bins[0] / "jupyterhub"), "--config", str(HERE / "jupyterhub_config.py")],
            cwd=PLACE / "state",
            env={"PATH": path, "LANG": "C.UTF-8", "HOME": "/root"},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            wait_for(process, log)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the hub answers."""
    until = monotonic() + STARTING_SECONDS
    while monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{ADDRESS}/hub/login", timeout=5):
                return
        except (URLError, OSError):
            sleep(0.5)
    raise HubError(f"JupyterHub did not come up. Its log says:\n{log.read_text(encoding='utf-8')[-3000:]}")


def command(*words: str, say: str = "") -> None:
    """Run a command of the system. HubError with its own words if it fails."""
    ended = subprocess.run(words, input=say, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise HubError(f"{' '.join(words)} failed: {ended.stderr or ended.stdout}")


def main() -> int:
    """Run a hub until it is interrupted."""
    try:
        with hub() as passwords:
            print(f"The hub runs at {ADDRESS}, the formgrader at {FORMGRADER}.")
            print("Ctrl+C ends it and removes accounts and work; the hub's packages stay. Accounts and passwords:")
            for name, password in passwords.items():
                print(f"  {name:12} {password}")
            sys.stdout.flush()
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except HubError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
