"""Files that have no name any more take room all the same."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from grader.box import room


def test_a_program_without_a_name_is_a_file_that_its_process_holds(tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            program.unlink()
            held = [(name, status.st_size) for name, status in room.held([running.pid])]
        finally:
            running.kill()
    assert held == [(f"{program} (deleted)", Path("/bin/sleep").stat().st_size)]
