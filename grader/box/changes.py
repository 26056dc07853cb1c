"""Inside the box: what a submission has changed around it by now.

It says so itself, from a process of its own: a sign for the teacher, never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.box.job import Job
from grader.box.originals import Snapshot, of_scenarios, snapshots
from grader.box.strangers import Strangers


class Changes:
    """Tells of what was replaced, and of modules that were imported and not looked through, since it was made."""

    def __init__(self, job: Job, scratch: Path) -> None:
        self.exercise = job.exercise
        self.strangers = Strangers(job, scratch)
        self.everything, self.box = snapshots()
        self.first = True  # in this process
        self.scenarios = [Snapshot(of_scenarios(self.exercise))]

    def listen(self, tell: Callable[[str], None]) -> None:
        """Hear from now on what is run in this process and in those that come from it; tell of strange modules."""
        self.strangers.listen(tell)

    def names(self) -> dict[str, list[str]]:
        """What is told after a scenario: the names of what is replaced now, of the libraries once for each process,
        and of the modules that are new since this was last asked."""
        first, self.first = self.first, False
        return self.all_names() if first else self.box_names()

    def box_names(self) -> dict[str, list[str]]:
        """The same of the box alone, and of some classes: to look at all costs a fork a copy of its memory."""
        return self.within(self.box)

    def all_names(self) -> dict[str, list[str]]:
        """The same of all that is looked at."""
        return self.within(self.everything)

    def within(self, around: Snapshot) -> dict[str, list[str]]:
        """The same of this and the scenarios."""
        replaced = [name for each in (around, *self.scenarios) for name in each.replaced()]
        return {"replaced": replaced, "strangers": self.strangers.names()}

    def scenarios_come(self) -> None:
        """From now on look at the scenarios that are new, too."""
        known = {each.owner for some in self.scenarios for each in some.those}
        new = [each for each in of_scenarios(self.exercise) if each.owner not in known]
        self.scenarios.append(Snapshot(new))
