"""What a teacher looks at of a notebook that was handed in runs nothing in the teacher's browser."""

from __future__ import annotations

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import v4

from grader.hub.rebuild import Released, rebuilt


@pytest.mark.parametrize(
    "text",
    [
        "<script>evil()</script>",
        "<img src=x onerror=evil()>",
        "$<img src=x onerror=evil()>$",
        "[a link](javascript:evil())",
        "[a link](java&#115;cript:evil())",
        "[a link][1]\n\n[1]: javascript:evil()",
        "[1]\n\n[1]: javascript:evil()",
        "<javascript:evil()>",
        "![an image](https://elsewhere/evil)",
    ],
)
def test_a_students_own_text_is_no_html(text: str) -> None:
    notebook = v4.new_notebook(cells=rebuilt([v4.new_markdown_cell(f"a < b\n\n{text}")], Released({})))
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    _, start, shown = page.partition("a &lt; b")
    assert start
    assert "evil" in shown
    for sign in ("<script>evil", "onerror=evil()>", 'href="javascript', "<img"):
        assert sign not in shown
