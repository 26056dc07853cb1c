"""The hub's tests need the extra `hub`: `make test-hub` has it, a bare `pytest` goes by them."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("nbgrader") else ["test_*.py"]
