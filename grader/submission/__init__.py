"""The submission: what a student handed in, turned into one plain value. Nothing of it is run or parsed here.

    disk -> names -> text, notebook (magics) -> folder -> Source | Missing | Refused

SubmissionsError is raised where the folder of submissions is not one folder for each student. What is wrong
with the files of one student is a value, never an exception.
"""

from grader.submission.folder import find, is_untouched, read, students
from grader.submission.source import Missing, Refused, Source, Submission, SubmissionsError

__all__ = [
    "Missing",
    "Refused",
    "Source",
    "Submission",
    "SubmissionsError",
    "find",
    "is_untouched",
    "read",
    "students",
]
