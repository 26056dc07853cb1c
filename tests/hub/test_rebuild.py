"""What a teacher looks at of a notebook that was handed in runs nothing in the teacher's browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown import markdown2html
from nbformat import NotebookNode, v4

from grader.hub.rebuild import CELL_SHOWN, SHOWN, Released, rebuilt


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
        "https://elsewhere/evil",
    ],
)
def test_a_students_own_text_is_no_html(text: str) -> None:
    notebook = v4.new_notebook(cells=rebuilt([v4.new_markdown_cell(f"a < b\n\n{text}")], Released({})))
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    _, start, shown = page.partition("a &lt; b")
    assert start
    assert "evil" in shown
    for sign in ("<script>evil", "onerror=evil()>", 'href="javascript', 'href="http', "<img"):
        assert sign not in shown


@pytest.mark.parametrize(
    "macro",
    [
        r"\href{https:/evil}",
        r"\style{cursor:url(/evil)}{x}",
        r"\let\a\mmlToken\a{mglyph}[src=/evil]{}",
        r"\mml&#84;oken",
    ],
)
def test_a_formula_of_a_students_leads_nowhere(macro: str) -> None:
    notebook = v4.new_notebook(cells=rebuilt([v4.new_markdown_cell(f"$a + {macro}$, $\\hreflike$")], Released({})))
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    _, start, shown = html.unescape(page).partition("$a + \\")
    assert start
    assert "$\\hreflike$" in shown
    assert not re.search(r"\\(href|style|mmlToken)\b", shown)


@pytest.mark.parametrize("make", [v4.new_code_cell, v4.new_markdown_cell])
def test_what_is_too_long_is_cut_and_said_to_be(make: Callable[..., NotebookNode]) -> None:
    cells = rebuilt([make(source="a" * 1_000_000) for _ in range(10)], Released({}))
    assert [cell.source.count("a" * 10) for cell in cells] == [CELL_SHOWN // 10] * 5 + [0] * 5
    assert sum(len(cell.source) for cell in cells) < SHOWN + 1000
    assert cells[0].source.endswith("\n980,000 more characters are not shown.") or make is v4.new_code_cell
    assert cells[0].source.endswith("\n# 980,000 more characters are not shown.") or make is v4.new_markdown_cell


def test_a_solution_is_cut_and_what_is_locked_is_not() -> None:
    solution = {"nbgrader": {"grade_id": "ex3_solution_f", "solution": True, "locked": False}}
    locked = {"nbgrader": {"grade_id": "ex3_write", "solution": False, "locked": True}}
    text = "a" * 30_000
    released = Released(
        {
            "ex3_solution_f": v4.new_code_cell("", metadata=solution),
            "ex3_write": v4.new_markdown_cell(text, metadata=locked),
        }
    )
    answer, sheet = rebuilt([v4.new_code_cell(text, metadata=solution)], released)
    assert sheet.source == text
    assert answer.source.endswith("# 10,000 more characters are not shown.")


def test_blanks_before_a_lines_end_are_not_shown() -> None:
    (cell,) = rebuilt([v4.new_code_cell("a = 1 \n" + " \n" * 5 + "    b = 2\t")], Released({}))
    assert cell.source == "a = 1\n" + "\n" * 5 + "    b = 2"
    (cell,) = rebuilt([v4.new_markdown_cell("a line  \nand another")], Released({}))
    assert cell.source == "a line  \nand another", "in a text they end a line"


def test_of_a_run_of_blanks_inside_a_line_few_are_shown() -> None:
    (cell,) = rebuilt(
        [v4.new_code_cell("match" + " " * 19_990 + "x\n" + " " * 200 + "y" + " \t" * 40 + "z")], Released({})
    )
    assert cell.source == "match" + " " * 80 + "x\n" + " " * 200 + "y" + " \t" * 40 + "z"


@pytest.mark.parametrize("fence", ["```", "````", "~~~", "> ```", "- ~~~ "])
@pytest.mark.parametrize("language", ["python", "mermaid", "ipython3 more"])
def test_code_in_a_text_has_no_language(fence: str, language: str) -> None:
    (cell,) = rebuilt([v4.new_markdown_cell(f"{fence}{language}\nimport this\n{fence}")], Released({}))
    page = markdown2html(cell.source)
    assert "import this" in page
    assert language.split()[0] in page
    for sign in ('class="highlight"', 'class="mermaid"'):
        assert sign not in page


def test_a_copy_of_a_locked_cell_with_own_code_is_the_students() -> None:
    """Jupyter copies the id of a cell, too. One that only asks for a check, however, is the released one."""
    metadata = {"nbgrader": {"grade_id": "ex3_steps", "solution": False, "locked": True}}
    check = 'from grader import check\n\ncheck("ex3", "steps")'
    released = Released({"ex3_steps": v4.new_code_cell(check, metadata=metadata)})
    own = v4.new_code_cell("def helper():\n    return 1", metadata=metadata)
    shorter = v4.new_code_cell('check("ex3")', metadata=metadata)
    cells = rebuilt([own, shorter], released)
    assert [cell.source for cell in cells] == ["def helper():\n    return 1", check]
    assert "nbgrader" not in cells[0].metadata
