"""Components in both hosts: on a server's page, and in a notebook over the comm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from textwrap import dedent

import pytest
from playwright.sync_api import Locator, Page

from domsync_jupyter import Document
from tests.browser.conftest import OpenNotebook
from tests.browser.serving import serving

#: Runs a program that puts something into `document`; gives the element in the test's `page` that shows it.
Show = Callable[[str], Locator]

CELL = """\
from domsync_jupyter import DomsyncWidget
widget = DomsyncWidget()
document = widget.document
{source}
widget
"""


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """Servers, which end after the page is closed."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=["page", pytest.param("lab", marks=pytest.mark.lab)])
def show(running: ExitStack, request: pytest.FixtureRequest) -> Show:
    """What the program does in Python it shows in the document: only that is the same in both hosts."""

    def on_page(source: str) -> Locator:
        document = Document()
        # The namespace is the program's module, whose functions the document calls as long as the page is there.
        exec(compile(dedent(source), "program", "exec"), {"document": document})
        server, _ = running.enter_context(serving(document))
        page: Page = request.getfixturevalue("page")
        page.goto(server.url)
        return page.locator("body")

    def in_lab(source: str) -> Locator:
        open_beside: OpenNotebook = request.getfixturevalue("open_beside")
        notebook = open_beside([CELL.format(source=dedent(source))])
        notebook.run_cell(0)
        return notebook.output(0).locator(".domsync-root")

    return in_lab if request.param == "lab" else on_page
