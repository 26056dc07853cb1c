"""Outside the box: what runs have told of a submission, whichever way they went.

Lines come from a process that a student's code shares, so nothing of them is taken on trust: only the next
scenario may be told of, in the shapes of the contract, as plain values of a bounded size.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

from grader.box import limits
from grader.box.job import GPU, NO_DEVICE, OUT_OF_MEMORY, TOO_MUCH, Job, Loading, Observation, Seen, Skipped

STRANGE = "Something was written on the channel that only the observer writes on."
NAME = re.compile(r"[\w.]+")
STATUSES = ("loaded", "import-error", "timeout", "out-of-memory", "killed")


class Account:
    """What is known of one submission so far; several runs may add to it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.texts: list[list[str]] = []  # the scenarios of the exercise, by the text that they stand in
        self.loading: Loading | None = None
        self.seen: dict[str, Seen] = {}
        self.signs: list[str] = []
        self.printed = b""
        self.heard = 0  # strange modules that were told of at once
        self.deadline = math.inf  # of all runs, counted from the first one's beginning
        self.room = limits.ITEMS  # for facts that are still to come
        self.begun = False  # the present run: its walls stand, and nothing of the submission was read yet
        self.signed = False  # in the present run: the line is ours, for no submission was run before it
        self.loaded = False  # in the present run
        self.held = 0  # the texts that the present run has
        self.done = False  # the present run, with the texts that it has
        self.over = False  # the present run: it takes no more texts

    @property
    def rest(self) -> tuple[str, ...]:
        """The scenarios that are to run and that nothing was seen of yet, one text after the other."""
        return tuple(name for text in range(len(self.texts)) for name in self.left(text))

    @property
    def turn(self) -> str | None:
        """The scenario that is to be told of next; None where the present run does not have its text."""
        return next((name for text in range(self.held) for name in self.left(text)), None)

    def left(self, text: int) -> tuple[str, ...]:
        """The scenarios of one text that are to run and that nothing was seen of yet."""
        names = self.texts[text]
        wanted = self.job.only or [name for name in names if name != GPU]
        return tuple(name for name in wanted if name in names and name not in self.seen)

    def begin(self, held: int) -> None:
        """Begin a run, which has the first texts."""
        self.begun = self.signed = self.loaded = self.done = self.over = False
        self.held = held
        self.deadline = min(self.deadline, time.monotonic() + limits.WHOLE_WALL)

    def due(self) -> bool:
        """Whether the present run may have its next text: it told of all that is wanted of those that it has."""
        told_all = self.done and not any(self.left(text) for text in range(self.held))
        return told_all and not self.over and bool(self.rest)

    def hand_on(self) -> int:
        """The next text, which the present run now has."""
        self.done = False
        self.held += 1
        return self.held - 1

    def know(self, texts: list[list[str]]) -> None:
        """Learn which scenarios the exercise has."""
        self.texts = texts

    def take(self, line: bytes) -> None:
        """Take in one line of a run; what makes no sense was not written by us and is a sign of tampering."""
        try:
            match record := json.loads(line[: limits.LINE]):
                case {"scenarios": list(texts)} if not self.texts:
                    self.know(texts)
                case {"begun": True} if not self.begun:
                    self.begun = True
                case {"signs": list(signs)} if not self.signed:
                    self.signed = True
                    self.suspect(*map(text, signs[: limits.SIGNS]))
                case {"loading": dict(loading)} if not self.loaded:
                    self.loading = self.loading or loading_of(loading)
                    self.loaded = True
                    self.name_changes(record)
                case {"scenario": str(name), "seen": dict(seen)} if self.loaded and name == self.turn:
                    self.note(name, seen_of(seen, name, self.job))
                    self.name_changes(record)
                case {"ended": {"timeout": float()}} if self.loaded:
                    self.ended(Seen(timeout=limits.SCENARIO_SECONDS))
                case {"ended": {"killed": str(reason)}} if self.loaded:
                    self.ended(Seen(killed=text(reason)))
                case {"strangers": [str()]} if len(record) == 1 and self.begun:
                    self.heard += 1
                    if self.heard <= limits.SIGNS:
                        self.name_changes(record)
                case {"done": True} if self.loaded:
                    if not self.done:
                        self.name_changes(record)
                    self.done = True
                    self.over = record.get("over") is True
                case _:
                    self.suspect(STRANGE)
        except (ValueError, TypeError, LookupError, RecursionError):
            self.suspect(STRANGE)

    def note(self, name: str, seen: Seen) -> None:
        """Note what a scenario saw, if there is room: whoever grades holds the facts of many students at a time."""
        if (items := size(seen)) > self.room:
            seen, items = Seen(killed=TOO_MUCH), 0
        self.seen[name] = seen
        self.room -= items

    def name_changes(self, record: dict[str, Any]) -> None:
        """Note what the submission has put its own in the place of, unless a sign says just this already, and which
        modules it imported that nobody looked through."""
        for name in names_in(record, "replaced"):
            if not any(sign.endswith(f": {name} is replaced") for sign in self.signs):
                self.suspect(f"{name} was replaced as the submission ran")
        for name in names_in(record, "strangers"):
            self.suspect(f"{name} was imported, and no text that was looked through names it")

    def suspect(self, *signs: str) -> None:
        """Note something for the teacher, once."""
        self.signs += [sign for sign in dict.fromkeys(signs) if sign not in self.signs]

    def ended(self, how: Seen) -> None:
        """Note what ended the scenario whose turn it was; between two texts it was none's."""
        if self.turn:
            self.stopped(how)

    def stopped(self, how: Seen) -> None:
        """Note what ended a run before its end: at the loading, or at the scenario whose turn it was."""
        if self.loading is None:
            status, reason = stopped_loading(how)
            self.loading = Loading(status=status, reason=reason, skipped=[], undefined=[])
        elif self.loading["status"] == "loaded" and self.rest and not self.done:
            self.note(self.rest[0], how)

    def time_left(self) -> float:
        """Seconds of wall time that are left for all of it."""
        return max(self.deadline - time.monotonic(), 0.0)

    def out_of_time(self) -> None:
        """Note that there was no time for what was not seen."""
        for name in self.rest:
            self.note(name, Seen(timeout=limits.SCENARIO_SECONDS))

    def observation(self, walls: str) -> Observation:
        """All of it. The scenario for a GPU has not run yet."""
        assert self.loading is not None
        if any(GPU in names for names in self.texts) and not self.job.only and self.loading["status"] == "loaded":
            self.seen.setdefault(GPU, Seen(skipped=NO_DEVICE))
        printed = self.printed.decode("utf-8", "replace")
        return Observation(
            walls=walls, loading=self.loading, scenarios=self.seen, signs=self.signs, printed=printed
        )


def observation(job: Job, walls: str, run: Callable[[Account], None]) -> Observation:
    """Run a job until every scenario was told of, again after each that took its process with it."""
    account = Account(job)
    while True:
        before = account.rest
        run(account)
        assert account.loading is not None
        if account.loading["status"] == "loaded" and not account.time_left():
            account.out_of_time()
        if account.loading["status"] != "loaded" or not account.rest:
            return account.observation(walls)
        if account.rest == before:  # it said that it was done, and told of nothing
            account.done = False
            account.stopped(Seen(killed="the process ended without a word"))


def stopped_loading(how: Seen) -> tuple[Any, str]:
    """The status and the reason of a submission whose loading did not end."""
    if "timeout" in how:
        return "timeout", "Loading the file never ended."
    if how.get("killed") == OUT_OF_MEMORY:
        return "out-of-memory", "Loading the file took more memory than there is."
    return "killed", f"The program ended itself while the file was being loaded ({how.get('killed')})."


def loading_of(record: dict[str, Any]) -> Loading:
    """A loading as the contract has it, out of what a run said. ValueError if it has another shape."""
    if record["status"] not in STATUSES:
        raise ValueError(record["status"])
    reason = record["reason"]
    skipped = [Skipped(where=text(item["where"]), error=text(item["error"])) for item in record["skipped"][:100]]
    undefined = [text(name) for name in record["undefined"][:100]]
    return Loading(
        status=record["status"],
        reason=None if reason is None else text(reason),
        skipped=skipped,
        undefined=undefined,
    )


def seen_of(record: dict[str, Any], name: str, job: Job) -> Seen:
    """What a scenario saw, out of what a run said. ValueError if it has another shape.

    A result quotes some of it, and a submission can say anything here: those parts are put in our own words.
    """
    match record:
        case {"facts": dict(facts)}:
            return Seen(facts=checked(facts))
        case {"error": dict(error)}:
            return Seen(error=error_of(error, job))
        case {"timeout": float()}:
            return Seen(timeout=limits.SCENARIO_SECONDS)
        case {"killed": str(reason)}:
            return Seen(killed=text(reason))
        case {"skipped": str()} if name == GPU:
            return Seen(skipped=NO_DEVICE)
    raise ValueError("nothing that an observer says")


def error_of(record: dict[str, Any], job: Job) -> dict[str, Any]:
    """An exception as a run described it; its line is one of the submission's, a missing name one of the stub's."""
    line, undefined = record["line"], record["undefined"]
    return {key: text(record[key]) for key in ("type", "library", "text")} | {
        "line": line if isinstance(line, int) and 1 <= line <= job.lines else None,
        "undefined": undefined if undefined in job.names else None,
    }


def checked(value: Any, depth: int = 16) -> Any:
    """A fact, if it is one: numbers as `facts` makes them, no long texts, 16 levels at most. Else ValueError."""
    if isinstance(value, dict) and depth:
        return {text(key): checked(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list) and depth:
        return [checked(item, depth - 1) for item in value]
    if isinstance(value, str):
        return text(value)
    if value is None or (isinstance(value, int) and abs(value) < 2**53):  # a larger one is no float to a check
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ValueError("no fact")


def names_in(record: dict[str, Any], key: str) -> list[str]:
    """The names that a run told of, in which a submission may write what it likes, no more than a teacher reads.
    TypeError if they are none."""
    names = map(text, record.get(key, [])[: limits.SIGNS])
    return [name if NAME.fullmatch(name) else "what has no word for a name" for name in names]


def size(value: Any) -> int:
    """How many values there are in a fact, itself included; eight characters of a text take the place of one."""
    if isinstance(value, str):
        return 1 + len(value) // 8
    inner = chain(*value.items()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(size, inner))


def text(value: str) -> str:
    """A short text. TypeError if it is none."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value[:300]
