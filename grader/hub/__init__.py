"""The course hub: the exercises as notebooks, released, graded and handed back through nbgrader and JupyterHub.

    exercise -> notebook -> release -> (nbgrader: fetch, submit, collect) -> autograde -> gradebook -> feedback

Whatever is judged is judged by the kit; nbgrader is told the points and the words of each row of the rubric.
"""

WIDTH = 88  # columns of all that is shown in a notebook: a cell is no wider on most screens
