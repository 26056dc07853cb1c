"""The formgrader's pages, made from nbgrader's own templates."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import FileSystemLoader
from nbgrader.server_extensions.formgrader import formgrader, handlers
from traitlets.config import PyFileConfigLoader

from grader.exercise import ROOT

IMAGE = '<img src=q onerror="alert(1)">'
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in Path(handlers.template_path).glob("*.tpl")}
OF_SOMEBODY = sorted(name for name, text in TEMPLATES.items() if re.search(r"{{ \w+_id }}", text))


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What formgrader makes its pages with under the kit's configuration of a course."""
    monkeypatch.setattr(formgrader, "Environment", formgrader.Environment)  # to be put back
    PyFileConfigLoader("nbgrader_config.py", str(ROOT / "grader" / "hub")).load_config()
    return formgrader.Environment(loader=FileSystemLoader([handlers.template_path]))


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_what_stands_in_an_address_is_no_part_of_the_page(pages: Any, name: str) -> None:
    page = pages.get_template(name).render(base_url="/x", student_id=IMAGE, assignment_id=IMAGE)
    assert "<ol" in page
    assert "<img" not in page
    assert "&lt;img" in page


def test_no_name_ends_the_text_that_a_script_has_it_in(pages: Any) -> None:
    page = pages.get_template("manage_students_notebook_submissions.tpl")
    texts = re.findall(r'^var \w+ = "(.*)";$', page.render(student_id="x\\", assignment_id='";alert(1)//'), re.M)
    assert len(texts) == 2
    assert not re.search(r'["\\]', "".join(texts))


def test_no_address_is_spelled_in_a_link(pages: Any) -> None:
    page = pages.get_template("manage_students_notebook_submissions.tpl").render(student_id="x&sol;..&sol;ada")
    assert "/manage_students/x&amp;sol;..&amp;sol;ada" in page


def test_a_name_with_an_apostrophe_is_found_by_a_script(pages: Any) -> None:
    page = pages.get_template("manage_students_assignments.tpl").render(student_id="O'Brien")
    assert 'var student_id = "O\'Brien";' in page
