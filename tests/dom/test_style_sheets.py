"""Style sheets that a document has adopted."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.static_html import static_html
from domsync_jupyter.dom.style_sheets import CSSStyleSheet
from tests.in_threads import run_in_threads


def adopted(document: Document) -> object:
    return (document.getRootElement()._properties or {}).get("adoptedStyleSheets")


def test_sheets_are_the_documents() -> None:
    document = Document()
    assert not document.adoptedStyleSheets
    assert adopted(document) is None
    one = document.add_style("p { color: red }")
    other = document.add_style("b { color: blue }")
    assert document.adoptedStyleSheets == (one, other)
    assert adopted(document) == ["p { color: red }", "b { color: blue }"]
    document.adoptedStyleSheets = [other]
    assert adopted(document) == ["b { color: blue }"]
    one.replaceSync("p { color: green }")
    assert adopted(document) == ["b { color: blue }"]


def test_one_sheet_in_two_documents() -> None:
    documents = Document(), Document()
    sheet = CSSStyleSheet("p {}")
    for document in documents:
        document.adoptedStyleSheets = [sheet]
    sheet.replaceSync("b {}")
    assert sheet.cssText == "b {}"
    assert [adopted(document) for document in documents] == [["b {}"], ["b {}"]]


def test_css_is_text() -> None:
    with pytest.raises(TypeError, match="CSS must be a str, not int"):
        Document().add_style(1)  # type: ignore[arg-type]  # that is the point
    sheet = CSSStyleSheet()
    with pytest.raises(TypeError, match="CSS must be a str, not bytes"):
        sheet.replaceSync(b"")  # type: ignore[arg-type]  # that is the point


def test_static_html_has_them_too() -> None:
    document = Document()
    document.getRootElement().innerHTML = "<style>p { color: red; margin: 0 }</style><p>x</p>"
    document.add_style("p { color: blue }")
    assert static_html(document.getRootElement()) == ('<div><p style="color: blue; margin: 0;">x</p></div>')


def test_threads_add_and_replace_sheets_at_the_same_time() -> None:
    document = Document()
    first = document.add_style("")

    def work() -> None:
        for number in range(100):
            document.add_style("a {}")
            first.replaceSync(str(number))

    run_in_threads(*[work] * 4)
    assert len(document.adoptedStyleSheets) == 401


def test_a_sheet_is_replaced_while_other_documents_adopt_it() -> None:
    one, other = Document(), Document()
    sheet = one.add_style("")

    def adopt() -> None:
        for _ in range(3_000):
            other.adoptedStyleSheets = (sheet,)
            other.adoptedStyleSheets = ()

    def replace() -> None:
        for number in range(3_000):
            sheet.replaceSync(str(number))

    run_in_threads(adopt, replace)
    assert adopted(one) == ["2999"]
