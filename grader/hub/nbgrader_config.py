"""nbgrader's configuration of a course that grades with the kit: copy it into the course folder, or into the
grader's ~/.jupyter. Students need none of it.

`make release` puts a copy into build/course.
"""

from contextlib import suppress

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (nbgrader gives it)

c.CourseDirectory.course_id = "proteins"

# A student's cell holds the stub again once the solution between the marks is taken out.
c.ClearSolutions.code_stub = {"python": ""}

# Autograding. The kit reads what was handed in, whatever state it is in, runs it in its box and judges it; nbgrader
# is handed a whole notebook with the points and words of each row, and saves them as it always does.
c.Autograde.exporter_class = "grader.hub.autograde.Submitted"
c.Autograde.sanitize_preprocessors = [
    "grader.hub.autograde.Rebuild",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.hub.autograde.WriteGrades",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Collecting. A notebook under another name is found by the kit; nbgrader must be shown one under the right name.
c.ExchangeFactory.collect = "grader.hub.collect.Collect"
c.ExchangeFactory.release_feedback = "grader.hub.collect.ReleaseFeedback"
c.ZipCollectApp.extractor_plugin = "grader.hub.archives.Unpack"
c.ZipCollectApp.collector_plugin = "grader.hub.downloads.LmsNames"

# Nobody can hand in more than the kit reads of one file; in kB.
c.CourseDirectory.max_dir_size = 25_000

# Names and addresses are text in formgrader's pages. Where the kit is not at hand, autograding says so.
with suppress(ImportError):
    from grader.hub.pages import escape

    escape()
