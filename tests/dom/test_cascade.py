"""Style sheets as declarations of elements."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document, cascade
from domsync_jupyter.dom.cascade import inline_styles
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.selector_syntax import parse_selector, specificity
from domsync_jupyter.dom.selectors import select


def styles(html: str, *sheets: str) -> dict[str, str]:
    """What each element gets, by its title; the root's is ``root``."""
    document = Document()
    root = document.getRootElement()
    root.innerHTML = html
    root.setAttribute("title", "root")
    return {str(element.getAttribute("title")): text for element, text in inline_styles(root, sheets).items()}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("*", (0, 0, 0)),
        ("p", (0, 0, 1)),
        ("ul > li.a.b", (0, 2, 2)),
        ("#x p[title]", (1, 1, 1)),
        ("a:hover", (0, 1, 1)),
        (":where(#x p)", (0, 0, 0)),
        (":is(p, .a)", (0, 1, 0)),
        ("p:not(#x, .a)", (1, 0, 1)),
        ("li:nth-child(2n of .a)", (0, 2, 1)),
    ],
)
def test_specificity(selector: str, expected: tuple[int, int, int]) -> None:
    (parsed,) = parse_selector(selector)
    assert specificity(parsed) == expected


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("p { color: red } p { color: blue }", "color: blue;"),
        (".a { color: red } p { color: blue }", "color: red;"),
        ("p { color: red !important } .a { color: blue }", "color: red;"),
        ("p, .a { color: red } p { color: blue }", "color: red;"),
        ("p { margin-top: 1px } .a { margin: 2px }", "margin: 2px;"),
        ("p { --gap: 1px; color: var(--gap) }", "--gap: 1px; color: var(--gap);"),
    ],
)
def test_the_strongest_wins(sheet: str, expected: str) -> None:
    assert styles('<p class="a" title="p">', sheet) == {"p": expected}


def test_the_attribute_of_the_element_is_stronger_than_what_is_not_important() -> None:
    html = '<p title="p" style="color: red; margin: 0">'
    assert styles(html, "p { color: blue; margin: 1px !important }") == {"p": "color: red; margin: 1px;"}


def test_the_root_is_styled_too() -> None:
    assert styles("", ":host { color: red }", "body { margin: 0 }") == {"root": "margin: 0; color: red;"}
    assert styles("", ":where(:host, body) { --line: red }") == {"root": "--line: red;"}


@pytest.mark.parametrize(
    "sheet",
    [
        "p:hover { color: red }",
        "p::before { content: 'x' }",
        "p:valid { color: red }",
        "@media print { p { color: red } }",
        "p:nonsense( { color: red }",
        "p {",
        "}}",
    ],
)
def test_what_needs_a_page_or_makes_no_sense_is_left_out(sheet: str) -> None:
    assert "red" not in str(styles('<p title="p">', sheet))


def test_what_a_selector_asks_for_may_be_above_or_beside_the_element() -> None:
    html = '<div class="a"><i></i><p title="p">'
    sheet = (
        ".a > i + p { color: red } .b p { color: blue } section p { color: green } :not(.b) > p { margin: 0 }"
    )
    assert styles(html, sheet) == {"p": "margin: 0; color: red;"}


def test_a_tree_that_is_in_no_document() -> None:
    root = Document().createElement("div")
    root.innerHTML = '<p class="a">'
    (p,) = root.children
    assert inline_styles(root, [".a { color: red }"]) == {p: "color: red;"}


def test_elements_with_the_same_rules_keep_their_own_attributes() -> None:
    html = '<p title="1"><p title="2" style="color: red"><p title="3" style="color: red !important">'
    assert styles(html, "p { color: blue; margin: 0 !important }") == {
        "1": "color: blue; margin: 0;",
        "2": "color: red; margin: 0;",
        "3": "color: red; margin: 0;",
    }


def test_a_large_style_sheet_costs_little_where_it_is_about_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(root: Element, selector: str) -> list[Element]:
        asked.append(selector)
        return select(root, selector)

    monkeypatch.setattr(cascade, "select", noted)
    sheet = "".join(
        f".btn-{number} td {{ color: red }} td > svg.x{number} {{ color: red }}" for number in range(500)
    )
    assert styles("<table><tr><td title='td'>", sheet + "tr td { margin: 0 }") == {"td": "margin: 0;"}
    assert asked == ["tr td"]
