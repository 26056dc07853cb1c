"""nbgrader's configuration of everybody: copy it to etc/jupyter/nbgrader_config.py of the hub's environment."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (nbgrader gives it)

c.CourseDirectory.course_id = "proteins"

# Where work is handed out and in. nbgrader wants it open to all; the sticky bit keeps files their owners'.
c.Exchange.root = "/srv/protein-hub/exchange"

# The kit reads no file of more than 25 MB: say so when it is handed in, not when it is graded. In kB.
c.CourseDirectory.max_dir_size = 25_000
