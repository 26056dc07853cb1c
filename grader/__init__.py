"""The grader: finds a submission, observes it in a box, judges what was seen, and reports."""

import sys


def check(exercise: str, row: str = "") -> float | None:
    """Show how far the code that was run in this notebook is, as `make check` does: `check("ex3")`.

    With a row of the rubric, `check("ex3", "steps")`, the points that it earned so far are returned, too.
    It does nothing where there is no notebook, so a submission that holds the call is judged like any other.
    Raises ExerciseError where there is no such exercise or row.
    """
    # this module is imported in the box as well, so it imports nothing; there IPython may be, and no notebook
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    if shell() is None:
        return None
    from grader.hub.kernel import show

    return show(exercise, row)
