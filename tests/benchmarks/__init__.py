"""`make benchmark`: what grading costs, beside nbgrader's own autograde on the same work."""
