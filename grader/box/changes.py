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
        self.around, self.around_later = snapshots()
        self.scenarios = [Snapshot(of_scenarios(self.exercise))]

    def listen(self, tell: Callable[[str], None]) -> None:
        """Hear from now on what is run in this process and in those that come from it; tell of strange modules."""
        self.strangers.listen(tell)

    def names(self) -> dict[str, list[str]]:
        """The names of all that is replaced now, and of the modules that are new since this was last asked."""
        replaced = [name for each in (self.around, *self.scenarios) for name in each.replaced()]
        return {"replaced": replaced, "strangers": self.strangers.names()}

    def scenarios_come(self) -> None:
        """From now on look at what is looked at after each scenario, and at the scenarios that are new, too."""
        known = {each.owner for some in self.scenarios for each in some.those}
        new = [each for each in of_scenarios(self.exercise) if each.owner not in known]
        self.around = self.around_later
        self.scenarios.append(Snapshot(new))
