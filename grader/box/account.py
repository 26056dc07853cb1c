"""Outside the box: what runs have told of a submission, whichever way they went.

Lines come from a process that a student's code shares, so nothing of them is taken on trust: only the next
scenario may be told of, in the shapes of the contract, as plain values of a bounded size.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grader.box import limits
from grader.box.job import Job, Loading, Observation, Seen, Skipped

STATUSES = ("loaded", "import-error", "timeout", "out-of-memory", "killed")


class Account:
    """What is known of one submission so far; several runs may add to it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.names: list[str] = []
        self.loading: Loading | None = None
        self.seen: dict[str, Seen] = {}
        self.signs: list[str] = []
        self.printed = b""
        self.done = False

    @property
    def rest(self) -> tuple[str, ...]:
        """The scenarios that nothing was seen of yet."""
        return tuple(name for name in self.names if name not in self.seen)

    def know(self, names: list[str]) -> None:
        """Learn which scenarios there are; a later run has only some of them."""
        self.names = self.names or names

    def begin(self) -> Job:
        """The job for the next run."""
        self.done = False
        return replace(self.job, only=self.rest)

    def take(self, line: str | bytes) -> None:
        """Take in one line of a run; what makes no sense was not written by us and is a sign of tampering."""
        try:
            record = json.loads(line[: limits.LINE])
            if "loading" in record:
                self.loading = self.loading or loading_of(record["loading"])
            elif "signs" in record:
                self.signs += [text(sign) for sign in record["signs"][:50] if sign not in self.signs]
            elif "scenario" in record:
                self.take_scenario(record["scenario"], record["seen"])
            else:
                self.done = bool(record["done"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.suspect("something was written on the observer's own channel")

    def take_scenario(self, name: str, seen: Any) -> None:
        """Take in what one scenario saw; a scenario is told of once, in its turn."""
        if self.rest[:1] == (name,) and self.loading:
            self.seen[name] = seen_of(seen)
        else:
            self.suspect("a scenario was told of out of turn")

    def suspect(self, sign: str) -> None:
        """Note something for the teacher, once."""
        if sign not in self.signs:
            self.signs.append(sign)

    def stopped(self, how: Seen) -> None:
        """Note what ended a run before its end: at the loading, or at the scenario whose turn it was."""
        if self.done and self.loading:
            return
        if self.loading is None:
            status, reason = stopped_loading(how)
            self.loading = Loading(status=status, reason=reason, skipped=[], undefined=[])
        elif self.loading["status"] == "loaded" and self.rest:
            self.seen[self.rest[0]] = how

    def observation(self, walls: str) -> Observation:
        """All of it."""
        assert self.loading is not None
        printed = self.printed.decode("utf-8", "replace")
        return Observation(
            walls=walls, loading=self.loading, scenarios=self.seen, signs=self.signs, printed=printed
        )


def observation(job: Job, walls: str, run: Callable[[Account], None]) -> Observation:
    """Run a job until every scenario was told of, again after each that took its process with it."""
    account = Account(job)
    while True:
        before = len(account.seen)
        run(account)
        assert account.loading is not None
        if account.loading["status"] != "loaded" or not account.rest:
            return account.observation(walls)
        if len(account.seen) == before:
            account.stopped(Seen(killed="the process ended without a word"))


def stopped_loading(how: Seen) -> tuple[Any, str]:
    """The status and the reason of a submission whose loading did not end."""
    if "timeout" in how:
        return "timeout", "Loading the file never ended."
    if how.get("killed") == "out of memory":
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


def seen_of(record: dict[str, Any]) -> Seen:
    """What a scenario saw, out of what a run said. ValueError if it has another shape."""
    match record:
        case {"facts": dict(facts)}:
            return Seen(facts=checked(facts))
        case {"error": {"type": str(kind), "text": str(words), "library": str(library), **more}}:
            line, undefined = more.get("line"), more.get("undefined")
            error = {"type": text(kind), "library": text(library), "text": text(words)}
            error["line"] = line if isinstance(line, int) else None
            error["undefined"] = text(undefined) if isinstance(undefined, str) else None
            return Seen(error=error)
        case {"timeout": float(seconds)}:
            return Seen(timeout=seconds)
        case {"killed": str(reason)}:
            return Seen(killed=text(reason))
    raise ValueError("nothing that an observer says")


def checked(value: Any, depth: int = 12) -> Any:
    """A fact, if it is one: no NaN, no text longer than 300 characters, 12 levels at most. Else ValueError."""
    if isinstance(value, dict) and depth:
        return {text(key): checked(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list) and depth:
        return [checked(item, depth - 1) for item in value]
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict | list) or value != value or value in (float("inf"), float("-inf")):
        raise ValueError("no fact")
    return value


def text(value: str) -> str:
    """A short text. TypeError if it is none."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value[:300]
