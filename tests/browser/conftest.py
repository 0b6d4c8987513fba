"""A real Chromium and a real JupyterLab, one of each for the whole run; a fresh browser context for each test.

Servers under test run in a thread or a process of their own: this thread has Playwright's event loop.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    WebError,
    expect,
    sync_playwright,
)

from scripts.lab_server import LabServer
from tests.browser.lab import LabNotebook

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to sandbox when run by root, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
SCREENSHOTS = Path(__file__).parents[2] / "test-results"
# What is no error of ours: patterns of the text with its stack.
NOISE = [
    # A page whose server has ended, as servers do at the end of a test, tries again.
    r"^console: WebSocket connection to '[^']*' failed: .*net::ERR_CONNECTION_REFUSED",
    # Errors of Jupyter's own, seen without any widget.
    # The debugger asks a kernel that is just being restarted.
    r"Could not restore the debugger state",
    # A notebook that is closed before all of its cells were rendered.
    r"reading 'id'\)\n.*_runOnIdleTime \(.*/static/lab/jlab_core\.",
    # Notebook 7 loads settings of plugins which it does not have, and restores a file browser likewise.
    r"reading 'schema'\)\n.*/static/notebook/notebook_core\.",
    r"Command 'filebrowser:open-path' not registered",
    # A view that goes after its kernel takes itself off the count that some widgets (Plotly's) keep of theirs.
    r"Could not send widget sync message Error: Cannot send[\s\S]*AnyView\.<anonymous>",
]

expect.set_options(timeout=20_000)  # on a busy machine, five seconds are not enough for a kernel to answer

OpenNotebook = Callable[[Sequence[str]], LabNotebook]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")
            if "jupyter_lab" in getattr(item, "fixturenames", ()):
                item.add_marker("lab")


def chromium_executable() -> str:
    """Where Chromium is."""
    names = [os.environ.get("DOMSYNC_CHROMIUM", "chromium"), "chromium-browser", "google-chrome"]
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.fail(
            "Chromium is missing. scripts/ensure-chromium installs it, or says how to.", pytrace=False
        )
    return executable


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page_errors() -> list[str]:
    """Uncaught exceptions and console errors of all pages of the test's context so far.

    A test that causes some takes them out, and looks at them; any that are left fail it.
    """
    return []


@pytest.fixture
def context(
    chromium: Browser, page_errors: list[str], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A browser context with no history: cookies, storage and pages are this test's."""
    context = chromium.new_context(viewport=VIEWPORT)
    _watch(context, page_errors)
    failures_before = request.session.testsfailed
    yield context
    if request.session.testsfailed > failures_before:
        _take_screenshots(context, _file_name(request.node))
    context.close()
    _fail_on(page_errors)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A blank page."""
    return context.new_page()


@pytest.fixture(scope="module")
def module_page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=VIEWPORT)
    yield context.new_page()
    context.close()


@pytest.fixture
def shared_page(module_page: Page, page_errors: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """One page for all tests of a module, which go to what they need first.

    A page of its own costs each test half a second of the processor. For tests that leave neither storage, routes nor
    scripts behind.
    """
    with watched(module_page, page_errors, request):
        yield module_page
    module_page.goto("about:blank")


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """The JupyterLab of this run; its kernels run the Python that runs the tests."""
    base = tmp_path_factory.mktemp("jupyter")
    with LabServer(base / "notebooks", base / "state") as server:
        yield server


@pytest.fixture
def open_notebook(
    jupyter_lab: LabServer, page: Page, request: pytest.FixtureRequest
) -> Iterator[OpenNotebook]:
    """Write a notebook of these cells and open it in the test's page; its kernel is shut down after the test."""
    name = _file_name(request.node)
    opened: list[LabNotebook] = []

    def open_notebook(cells: Sequence[str]) -> LabNotebook:
        notebook = LabNotebook.write(jupyter_lab, f"{name}-{len(opened)}.ipynb", cells).open(page)
        opened.append(notebook)
        return notebook

    yield open_notebook
    for notebook in opened:
        notebook.shut_down()


@pytest.fixture(scope="session")
def lab_page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=VIEWPORT)
    yield context.new_page()
    context.close()


@pytest.fixture
def open_beside(
    jupyter_lab: LabServer, lab_page: Page, page_errors: list[str], request: pytest.FixtureRequest
) -> Iterator[OpenNotebook]:
    """As `open_notebook`, but all tests that use it share one page and its JupyterLab: that saves each some seconds.

    For tests that do not care what the page had shown before, and leave no routes and scripts behind. After one that
    failed, the page is loaded anew.
    """
    name = _file_name(request.node)
    opened: list[LabNotebook] = []
    failures_before = request.session.testsfailed

    def open_beside(cells: Sequence[str]) -> LabNotebook:
        notebook = LabNotebook.write(jupyter_lab, f"{name}-{len(opened)}.ipynb", cells)
        opened.append(notebook)
        is_lab = lab_page.evaluate("Boolean(window.jupyterapp?.shell.currentWidget)")
        return notebook.open_instead(lab_page) if is_lab else notebook.open(lab_page)

    with watched(lab_page, page_errors, request):
        yield open_beside
        for other in lab_page.context.pages:
            if other is not lab_page:
                other.close()
        for notebook in opened:
            notebook.shut_down()
    if request.session.testsfailed > failures_before:
        lab_page.goto("about:blank")


@contextmanager
def watched(page: Page, errors: list[str], request: pytest.FixtureRequest) -> Iterator[None]:
    """Have a page which tests share show what went wrong in this one."""
    stop = _watch(page.context, errors)
    failures_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failures_before:
        _take_screenshots(page.context, _file_name(request.node))
    stop()
    _fail_on(errors)


def _watch(context: BrowserContext, errors: list[str]) -> Callable[[], None]:
    """Note the errors of a context's pages, until what is returned is called."""

    def on_error(error: WebError) -> None:
        _record(errors, f"pageerror: {error.error.stack or error.error}")

    def on_console(message: ConsoleMessage) -> None:
        _record_console(errors, message)

    def stop() -> None:
        context.remove_listener("weberror", on_error)
        context.remove_listener("console", on_console)

    context.on("weberror", on_error)
    context.on("console", on_console)
    return stop


def _fail_on(errors: list[str]) -> None:
    if errors:
        pytest.fail(
            "errors in the page, not taken out of `page_errors`:\n" + "\n".join(errors), pytrace=False
        )


def _record(errors: list[str], text: str) -> None:
    if not any(re.search(pattern, text) for pattern in NOISE):
        errors.append(text)


def _record_console(errors: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        _record(errors, f"console: {message.text} ({message.location.get('url')})")


def _take_screenshots(context: BrowserContext, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png")


def _file_name(item: pytest.Item) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "-", item.name).strip("-")
