"""Which exercise a file's name is plainly meant for, as people and learning platforms really name files."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

EXERCISE_FOLDER = re.compile(r"ex\d+", re.IGNORECASE | re.ASCII)

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tar.gz", ".tgz")

_GAP = r"[\s_.\-]"
_COPY = r"(?:copy|kopie|copie|copia)"
_COPY_OF = rf"{_COPY}(?:{_GAP}+(?:of|von|van|de|di))?"
_WHICH = r"another|weitere|autre|\d{1,3}(?:st|nd|rd|th|\.)"
# What a system makes where the file itself stays: "ex2-Copy1.ipynb", "ex2 (3rd copy).ipynb"
_DUPLICATE = rf"(?P<duplicate>{_GAP}*[(\[](?:(?:{_WHICH}) )?{_COPY}[)\]]|{_GAP}+{_COPY}\d{{1,3}})"
_WORDS = "final|solution|submission|solved|completed?|done|new|corrected|fixed|answers?"  # that people put behind
# What platforms put first ends with an id (Canvas), a time (Blackboard), a fixed word (Moodle) or a dash. The gap
# behind it is kept whole (++): a name of nothing but dashes would be tried at each of them, and for each gap again.
_PLATFORM = rf"(?:.*(?:\d{{3}}|-\d\d|assignsubmission_file|\s[-\u2013\u2014]){_GAP}++|\s*)"
_LAST = 150  # characters of a name that are looked at: what platforms put first may be long, and each costs time
_ENDING = r"\s*\.(?P<ending>py|ipynb)(?:\.txt|\.json|(?P<again>\.(?P=ending)))?"  # from who is shown none


class Fit(IntEnum):
    """How well a name fits an exercise, best first."""

    EXACT_SCRIPT = 0
    PLAIN_SCRIPT = 1
    EXACT_NOTEBOOK = 2
    PLAIN_NOTEBOOK = 3
    DUPLICATE = 4  # by its name; it may be an older state of what the student works on


def fit(path: str, exercise: str, module: str, student: str) -> Fit | None:
    """How a path in the folder of `student` fits; None where it does not.

    Only whole words count: "mcc" is not in "test_mcc.py".
    """
    if path in (f"{exercise}/{module}.py", f"{module}.py"):
        return Fit.EXACT_SCRIPT
    if path in (f"{exercise}.ipynb", f"{exercise}/{exercise}.ipynb"):
        return Fit.EXACT_NOTEBOOK
    name = _folded(path.rpartition("/")[2][-_LAST:])[-_LAST:]  # cut before, as folding may lengthen it
    words = [["ex", exercise.removeprefix("ex")], module.casefold().split("_")]
    if not re.search(f"{_ENDING}$", name[-20:]) or not any(all(word in name for word in own) for own in words):
        return None  # as the pattern would say, which takes a while to compile for each student
    plain = _pattern(exercise, module, student).fullmatch(name)
    if not plain:
        return None
    if plain["duplicate"] or plain["again"]:
        return Fit.DUPLICATE
    return Fit.PLAIN_SCRIPT if plain["ending"] == "py" else Fit.PLAIN_NOTEBOOK


def may_be_of(path: str, exercise: str) -> bool:
    """Whether a file may be meant for an exercise though its name is not plainly its: it tells this one's number
    with something else, "ex3_lovelace.ipynb" or "ex3.html"; or nobody's, of a kind that holds work."""
    if told := numbers(path):
        return int(exercise.removeprefix("ex")) in told
    return path.casefold().endswith(ARCHIVES) or bool(re.search(f"{_ENDING}$", path[-20:], re.IGNORECASE))


def is_of_another(path: str, exercise: str) -> bool:
    """Whether a path lies in the folder of another exercise."""
    folders = filter(EXERCISE_FOLDER.fullmatch, path.split("/")[:-1])
    return any(int(name[2:]) != int(exercise[2:]) for name in folders)


def numbers(path: str) -> set[int]:
    """The exercises that a file's name tells by their numbers; none of "Untitled3.ipynb"."""
    name = path.rpartition("/")[2][-_LAST:]
    return {int(found) for found in re.findall(rf"(?<![a-z])ex(?:ercise)?{_GAP}*(\d+)", _folded(name), re.ASCII)}


@lru_cache(maxsize=8)
def _pattern(exercise: str, module: str, student: str) -> re.Pattern[str]:
    label = rf"ex(?:ercise)?{_GAP}*0*{re.escape(exercise.removeprefix('ex'))}"
    name = rf"{_GAP}*".join(map(re.escape, module.casefold().split("_")))
    tags = [_COPY_OF, label]
    own = _folded(student)
    if not re.fullmatch(rf"(?:[^\w]|_|{'|'.join(tags)})*", own):  # an id of signs and such words tells nobody apart
        tags += map(re.escape, (own, own.lstrip(" _.-")))  # the gap before it may have taken its first signs
    tag = "|".join(dict.fromkeys(tags))
    # At most four tags: a student called "copy" would make endless ones ambiguous, and matching slow.
    before = rf"(?:(?:{tag}){_GAP}+){{0,4}}"
    after = rf"(?:{_GAP}*[(\[]\d+[)\]]|{_DUPLICATE}|{_GAP}+(?:\d{{1,3}}|v\d+|{_WORDS}|{tag})){{0,4}}"
    return re.compile(rf"{_PLATFORM}{before}(?:{name}|{label}){after}{_ENDING}")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
