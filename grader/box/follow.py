"""Outside the box: follows one run of a submission through its lines and prints, to its end."""

from __future__ import annotations

import math
import os
import selectors
import time
from io import FileIO
from itertools import count
from typing import Any, Protocol

from grader.box import limits
from grader.box.account import Account
from grader.box.job import OUT_OF_TIME, Seen


class Keeper(Protocol):
    """Who runs the submission, and knows when it has ended."""

    def fileno(self) -> int:
        """Where to wait for word of the end."""

    def hear(self, seconds: float) -> dict[str, Any]:
        """The word: how it ended."""

    def end_run(self) -> None:
        """Bring the end about."""


class Giver(Protocol):
    """Who gives the run what it is to have later."""

    def go_on(self) -> None:
        """Give what is due by now."""


def follow(account: Account, told: FileIO, printed: FileIO, keeper: Keeper, giver: Giver) -> Seen:
    """Take in what is told and printed until the run has ended; how it ended, as its last scenario saw it."""
    channels = {told: Lines(account).feed, printed: Prints(account).feed}
    stage, turns = Stage(account), count()
    # not epoll: of what that watches the kernel lets a user have so much, and a submission may run as this one
    with selectors.PollSelector() as selector:
        selector.register(keeper, selectors.EVENT_READ)
        for channel in channels:
            os.set_blocking(channel.fileno(), False)
            selector.register(channel, selectors.EVENT_READ)
        while True:
            pause_after(next(turns))
            ready = [key.fileobj for key, _ in selector.select(stage.left())]
            for channel, feed in channels.items():
                # None, too, where somebody else has read what there was
                data = channel.read(1 << 18) if channel in ready else None
                if data is not None and not feed(data):
                    selector.unregister(channel)
            if keeper in ready:
                how = keeper.hear(limits.END_WALL)["ended"]
                for channel, feed in channels.items():
                    while (data := channel.read(1 << 18)) and feed(data):
                        continue
                return stage.ending(how)
            giver.go_on()
            if not stage.left():
                stage.end()
                keeper.end_run()


def pause_after(turns: int) -> None:
    """Take one's time once there were more turns than any right run needs: who prints or tells byte by byte is not
    to keep whoever grades at work."""
    if turns > limits.TURNS:
        time.sleep(limits.TURN_SECONDS)


class Lines:
    """Bytes become lines for the account; one that grows too long is cut, and makes no sense to it."""

    def __init__(self, account: Account) -> None:
        self.account, self.pending = account, bytearray()
        self.room, self.lines = limits.TOLD, limits.TOLD_LINES

    def feed(self, data: bytes) -> bool:
        """Take in some bytes; False at the end, or after too many: who writes more may wait for ever."""
        if not data or self.room <= 0 or self.lines < 0:
            return False
        self.room -= len(data)
        first, *others = data.split(b"\n")
        self.add(first)
        for part in others[: self.lines]:
            self.account.take(bytes(self.pending))
            self.pending.clear()
            self.add(part)
        self.lines -= len(others)
        return self.lines >= 0

    def add(self, part: bytes) -> None:
        """Go on with a line; one that comes byte by byte is not copied for each."""
        self.pending += part[: limits.LINE + 1 - len(self.pending)]


class Prints:
    """Keeps the beginning of what was printed and lets go of the rest, so that nobody waits."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def feed(self, data: bytes) -> bool:
        """Take in some bytes; False at the end."""
        if not data:
            return False
        self.account.printed += data[: limits.PRINTED - len(self.account.printed)]
        return True


class Stage:
    """The wall time that is left for what a run does now: load, run one scenario, or end."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.now: tuple[int, ...] = ()
        self.over = False
        self.timed_out = False

    def left(self) -> float:
        """Seconds left, 0 when it is over; each thing told begins a new stage."""
        now = steps_of(self.account)
        if now != self.now and not self.over:
            self.now, self.began = now, time.monotonic()
            # until the walls stand, it is our time, not the submission's
            self.seconds = min(self.allowed(), self.account.time_left() if self.account.begun else math.inf)
        return max(self.began + self.seconds - time.monotonic(), 0.0)

    def allowed(self) -> float:
        """Seconds for the stage that begins now."""
        if not self.account.texts:
            return limits.START_WALL
        if self.account.done:
            return limits.SLACK
        return limits.SLACK + (limits.SCENARIO_WALL if self.account.loaded else limits.LOADING_WALL)

    def end(self) -> None:
        """The stage's time is over, and so is the run's."""
        if self.over:
            raise TimeoutError("a submission that was killed did not end")
        self.timed_out, self.over = not self.account.done, True
        self.began, self.seconds = time.monotonic(), limits.END_WALL

    def ending(self, how: str) -> Seen:
        """What the scenario saw whose turn it was."""
        if self.timed_out or how == OUT_OF_TIME:
            return Seen(timeout=limits.SCENARIO_SECONDS)
        return Seen(killed=how)


def steps_of(account: Account) -> tuple[int, ...]:
    """How far the present run has come."""
    return len(account.texts), account.begun, account.loaded, account.held, len(account.seen), account.done
