"""The grader: finds a submission, observes it in a box, judges what was seen, and reports."""
