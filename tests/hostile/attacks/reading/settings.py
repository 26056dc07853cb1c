"""Looks for the settings of a library in its teacher's own folder."""

import os
from pathlib import Path

import matplotlib


def act(number):
    settings = Path(matplotlib.get_configdir())
    return "nothing" if Path(os.environ["HOME"]).parent in settings.parents else str(settings)
