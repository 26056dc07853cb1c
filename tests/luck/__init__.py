"""No luck: every check that trains or draws, judged under many seeds. See README.md beside this file."""
