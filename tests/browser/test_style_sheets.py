"""`Document.add_style` in real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from domsync_jupyter import Document
from tests.browser.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenNotebook

TWO_VIEWS = """\
from domsync_jupyter import Document, DomsyncWidget

doc = Document()
doc.getRootElement().innerHTML = "<b>x</b>"
sheet = doc.add_style("b { color: rgb(1, 2, 3) } i { color: rgb(9, 9, 9) }")
widget = DomsyncWidget(doc)
display(widget, widget, DomsyncWidget(doc, isolate=False))
"""
TWO_OPEN_VIEWS = """\
from domsync_jupyter import Document, DomsyncWidget

doc = Document()
doc.getRootElement().innerHTML = "<b>x</b>"
doc.add_style("b { color: rgb(1, 2, 3) }")
one, other = DomsyncWidget(doc, isolate=False), DomsyncWidget(doc, isolate=False)
display(one, other)
"""
OWN_SHEET = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget(stylesheet="button { color: rgb(1, 2, 3) }")
widget.document.getRootElement().innerHTML = "<button>x</button>"
widget
"""
SHEETS = """() => [...document.querySelectorAll(".domsync-view > div")].map((host) => (host.shadowRoot ?? document)
    .adoptedStyleSheets.filter((sheet) => sheet.cssRules[0]?.selectorText === "b"))"""


def test_a_page_follows(page: Page) -> None:
    document = Document()
    document.getRootElement().innerHTML = "<b>x</b>"
    sheet = document.add_style("b { color: rgb(1, 2, 3) }")
    with serving(document) as (server, _):
        page.goto(server.url)
        text = page.locator("b")
        expect(text).to_have_css("color", "rgb(1, 2, 3)")
        document.add_style("b { font-style: italic }")
        expect(text).to_have_css("font-style", "italic")
        sheet.replaceSync("b { color: rgb(4, 5, 6) }")
        expect(text).to_have_css("color", "rgb(4, 5, 6)")
        expect(text).to_have_css("font-style", "italic")
        document.adoptedStyleSheets = []
        expect(text).to_have_css("font-style", "normal")


def test_a_document_that_takes_the_place_of_another_has_its_own(page: Page) -> None:
    first, second = Document(), Document()
    for document in (first, second):
        document.getRootElement().innerHTML = "<b>x</b>"
    first.add_style("b { color: rgb(1, 2, 3) }")
    with serving(first) as (server, loop):
        page.goto(server.url)
        text = page.locator("b")
        expect(text).to_have_css("color", "rgb(1, 2, 3)")
        loop.run(server.reload, second)
        expect(text).not_to_have_css("color", "rgb(1, 2, 3)")
        second.add_style("b { color: rgb(4, 5, 6) }")
        expect(text).to_have_css("color", "rgb(4, 5, 6)")


def test_a_view_without_a_shadow_root_takes_its_sheets_along(open_beside: OpenNotebook) -> None:
    notebook = open_beside([TWO_OPEN_VIEWS, "one.close()", "other.close()"])
    count = "document.adoptedStyleSheets.filter((sheet) => sheet.cssRules[0]?.selectorText === 'b').length"
    notebook.run_cell(0)
    expect(notebook.page.locator(".domsync-view b")).to_have_count(2)
    for cell, left in enumerate((2, 1, 0)):
        if cell:
            notebook.run_cell(cell)
        notebook.page.wait_for_function(f"{count} === {left}")


def test_a_server_may_have_a_stylesheet_of_its_own(page: Page) -> None:
    document = Document()
    document.getRootElement().innerHTML = "<b>x</b><a href='https://example.org'>y</a>"
    with serving(document, stylesheet="b { color: rgb(1, 2, 3) } a::before { content: '</style><p>' }") as (
        server,
        _,
    ):
        page.goto(server.url)
        expect(page.locator("b")).to_have_css("color", "rgb(1, 2, 3)")
        assert page.locator("a").evaluate("a => getComputedStyle(a, '::before').content") == '"</style><p>"'
        assert page.evaluate("document.adoptedStyleSheets.length") == 1
        font = page.locator("b").evaluate("b => getComputedStyle(b).fontFamily")
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("b")).to_be_visible()
        assert page.locator("b").evaluate("b => getComputedStyle(b).fontFamily") != font


def test_a_widget_may_have_a_stylesheet_of_its_own(open_beside: OpenNotebook) -> None:
    notebook = open_beside([OWN_SHEET])
    notebook.run_cell(0)
    button = notebook.page.locator(".domsync-view button")
    expect(button).to_have_css("color", "rgb(1, 2, 3)")
    expect(button).to_have_css("border-top-style", "outset")


def test_views_in_a_notebook_share_one_sheet(open_beside: OpenNotebook) -> None:
    notebook = open_beside([TWO_VIEWS, "sheet.replaceSync('b { color: rgb(4, 5, 6) }')"])
    notebook.run_cell(0)
    texts = notebook.page.locator(".domsync-view b")
    for index in range(3):
        expect(texts.nth(index)).to_have_css("color", "rgb(1, 2, 3)")
    shared = f"({SHEETS})().flat()"
    assert notebook.page.evaluate(f"[{shared}.length, new Set({shared}).size]") == [3, 1]
    notebook.run_cell(1)
    for index in range(3):
        expect(texts.nth(index)).to_have_css("color", "rgb(4, 5, 6)")
    assert notebook.page.evaluate(f"[{shared}.length, new Set({shared}).size]") == [3, 1]
