"""What a verdict says to a student: in full on the student's own machine, in fixed words where it is published.

The hidden rule stands here and nowhere else. A result that is handed back was made beside hidden inputs, so it
holds no text of the student's making: an exception's message or its class's name could carry them out.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from typing import Any

from grader.judge import Verdict

PLACE = r"(?:cell \d{1,5}, )?line \d{1,7}"
TORCH_ERRORS = frozenset({"OutOfMemoryError", "LinAlgError", "DataError", "TorchRuntimeError"})


def in_full(verdict: Verdict) -> str:
    """What was observed, and the mistake: for the machine on which the student's code just ran."""
    return joined(observed_in_full(verdict), verdict)


def observed_in_full(verdict: Verdict) -> str:
    """What was observed alone, or why nothing was."""
    return verdict.observed or absence_in_full(verdict.absence)


def published(verdict: Verdict) -> str:
    """The same for a result that is handed back: numbers for a visible check, fixed words for a hidden one."""
    if verdict.check.visible:
        return joined(verdict.observed or absence_in_fixed_words(verdict.absence, line=True), verdict)
    if verdict.mistake:
        return verdict.mistake.sentence
    if verdict.status == "failed":
        return f"This hidden check did not pass. It looks at this: {verdict.check.meaning}."
    return absence_in_fixed_words(verdict.absence, line=False)


def hint(verdict: Verdict) -> str:
    """The one thing to reread; nothing after a check that passed or did not run."""
    if verdict.status in ("passed", "skipped"):
        return ""
    return verdict.mistake.hint if verdict.mistake else verdict.check.hint


def joined(observed: str, verdict: Verdict) -> str:
    """The observation and then the mistake's sentence, if one explains it."""
    return f"{observed} {verdict.mistake.sentence}" if verdict.mistake else observed


def absence_in_full(absence: Mapping[str, Any]) -> str:
    """Why there are no facts, with the text of the student's own exception."""
    error = absence.get("error")
    if error and not error["undefined"] and error["type"] != "NotImplementedError":
        return f"Your code stopped with {error['type']}{in_line(error)}: {error['text']}"
    return absence_in_fixed_words(absence, line=True)


def absence_in_fixed_words(absence: Mapping[str, Any], *, line: bool) -> str:
    """Why there are no facts, in words of ours alone."""
    if error := absence.get("error"):
        if error["undefined"]:
            return f"Your file does not define `{error['undefined']}`."
        if error["type"] == "NotImplementedError":
            return "This part is not written yet."
        return f"Your code stopped with {known_error(error['type'])}{in_line(error) if line else ''}."
    if "timeout" in absence:
        return f"Your code was stopped after {absence['timeout']:.0f} seconds. Is there a loop that never ends?"
    if "killed" in absence:
        return "The process that ran your code died. Does it end the program, or need too much memory?"
    return str(absence.get("skipped", ""))


def in_line(error: Mapping[str, Any]) -> str:
    """ " in line 12", where the student's own line is known."""
    return f" in line {error['line']}" if error["line"] else ""


def known_error(name: str) -> str:
    """An error's class if it is one of Python's or PyTorch's own: the name of another could be anything."""
    builtin = getattr(builtins, name, None)
    own = isinstance(builtin, type) and issubclass(builtin, BaseException)
    return name if own or name in TORCH_ERRORS or name == "timeout" else "an error of another kind"


def known_place(where: str) -> str:
    """A line, or a cell's line; a submission may have written anything else there."""
    return where if re.fullmatch(PLACE, where) else "a line"


def published_reason(status: str, reason: str) -> str:
    """Why nothing of a submission that was run could be judged, for a result: the submission may have written
    `reason` itself, so no more of it is taken over than a place and the class of an error."""
    if status == "not-started":
        return reason
    if status != "import-error":
        return ENDED[status]
    if unread := re.match(rf"Python 3\.\d{{1,2}} could not read {PLACE}\b", reason):
        return f"{unread[0]}. {UNREAD}"
    if stopped := re.search(rf"\b({PLACE}) stopped with (\w+)\.$", reason):
        return f"Nothing of the exercise is defined, and {stopped[1]} stopped with {known_error(stopped[2])}."
    return "Python could not read the file."


UNREAD = "Is a bracket, a quote or a colon missing there, or just above, or does it need a newer Python?"

ENDED = {
    "timeout": "Your code was stopped by the time limit before anything of the exercise was seen.",
    "out-of-memory": "Your code took more memory than there is before anything of the exercise was seen.",
    "killed": "The process that ran your code died before anything of the exercise was seen.",
}
