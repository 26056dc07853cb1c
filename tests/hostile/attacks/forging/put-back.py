"""Writes a module, imports it, and leaves no trace of either.

Signs: tweaks was imported, and no text that was looked through names it
"""

import sys
from pathlib import Path

place = Path("tweaks.py")
place.write_text("found = 1\n")
from tweaks import found  # noqa: E402

place.unlink()
for name in [name for name in sys.modules if name == "tweaks"]:
    sys.modules.pop(name)


def act(number):
    return "nothing" if found == 1 else "something"
