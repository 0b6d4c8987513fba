"""Random programs of document calls, shown by the real applier in a real browser.

After each flush the page's DOM must be what the document is. The Python replica is tested with many more programs in
tests/sync/test_replication.py; here it is the applier's turn.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from domsync_jupyter import Document, DomsyncServer
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.transports.viewer import Viewer
from tests.browser.canonical import CANONICAL, differences, shown
from tests.browser.serving import Loop, serving
from tests.faults.soak import pick
from tests.sync.programs import Program

PROGRAMS = int(os.environ.get("DOMSYNC_REPLICATION_PROGRAMS", pick(25, 150)))
FLUSHES = 6


class Stage:
    """A server whose clients each get the document that is on stage."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.server: DomsyncServer
        self.loop: Loop
        self.document = Document()
        self.flushes = 0
        page.add_init_script(CANONICAL)

    def open(self, document: Document) -> None:
        """Show another document."""
        self.document = self.server.connection_handler = document
        self.flushes = 0
        document.getRootElement().setAttribute("data-flush", "0")
        self.page.goto(self.server.url)
        self._wait()

    def flush(self) -> None:
        """Have the page show what the document is now, and compare."""
        root = self.document.getRootElement()
        self.flushes += 1
        root.setAttribute("data-flush", str(self.flushes))
        self.document.flush()
        self._wait()
        page = self.page.evaluate("canonical(document.querySelector('body > [data-flush]'))")
        found = list(differences(page, shown(root)))
        assert not found, "\n".join(found)

    def _wait(self) -> None:
        self.page.locator(f"body > [data-flush='{self.flushes}']").wait_for(state="attached")

    def viewer(self) -> Viewer:
        """The one that shows the document."""
        return next(v for v in self.server._viewers.values() if v.document is self.document)

    def repair(self) -> None:
        """Have the page get a snapshot, as after a fault."""
        viewer = self.viewer()
        with self.document._lock:
            viewer.session._needs_snapshot = True
        viewer.changed()


@pytest.fixture
def stage(page: Page) -> Iterator[Stage]:
    stage = Stage(page)
    # After each frame the page compares its DOM with the document: one that differs is logged, which fails the test.
    limits = Limits(check_frames=1)
    with serving(stage.document, resume_seconds=0, limits=limits) as (stage.server, stage.loop):
        yield stage


def test_random_programs_look_the_same_in_the_browser(stage: Stage) -> None:
    base = int(os.environ.get("DOMSYNC_SEED", random.randrange(2**31)))
    for seed in [*FAILED_ONCE, *range(base, base + PROGRAMS)]:
        print(f"seed {seed}")  # the last one is shown if the test fails
        run(stage, seed)


def run(stage: Stage, seed: int) -> None:
    rnd = random.Random(seed)
    document = Document()
    # The page reports what a reset has done, and until then its controls are not Python's to set.
    program = Program(document, seed, resets=False)
    for _ in range(rnd.randrange(20)):
        program.step()
    stage.open(document)
    for _ in range(FLUSHES):
        for _ in range(rnd.randrange(1, 12)):
            program.step()
        # Options that a snapshot adds to a select which is there arrive selected, one after the other.
        if rnd.random() < 0.2 and document.getRootElement().querySelector("select") is None:
            stage.repair()
        stage.flush()


#: Seeds of programs that found something.
FAILED_ONCE: list[int] = [705522672]


def test_a_snapshot_keeps_the_nodes_that_are_there(stage: Stage) -> None:
    document = Document()
    root = document.getRootElement()
    root.append(document.createElement("input", id="i"), document.createElement("p", innerText="x"))
    stage.open(document)
    stage.flush()
    stage.page.evaluate("window.kept = document.querySelector('p'); kept.firstChild.kept = true")
    stage.page.locator("#i").focus()
    stage.repair()
    root.append("y")
    stage.flush()
    assert stage.page.evaluate("kept === document.querySelector('p') && kept.firstChild.kept === true")
    assert stage.page.evaluate("document.activeElement.id") == "i"


@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelector('p').firstChild.data = 'harmed'",
        "document.querySelector('p').title = 'harmed'",
        "document.querySelector('p').remove()",
        "document.querySelector('#list').prepend(document.querySelector('#list').lastChild)",
        "document.querySelector('#list').append('harmed')",
    ],
)
def test_a_page_that_differs_is_found_out_and_repaired(
    stage: Stage, harm: str, expected_errors: list[logging.LogRecord]
) -> None:
    document = Document()
    rows = document.createElement("ul", id="list")
    rows.append(*(document.createElement("li", innerText=f"{number}") for number in range(5)))
    document.getRootElement().append(document.createElement("p", innerText="x"), rows)
    stage.open(document)
    stage.flush()
    assert expected_errors == []
    stage.page.evaluate(harm)
    root = document.getRootElement()
    root.setAttribute("data-flush", "1000")
    document.flush()
    stage.page.wait_for_function(
        "wanted => JSON.stringify(canonical(document.querySelector('body > [data-flush]'))) === JSON.stringify(wanted)",
        arg=shown(root),
    )
    assert "fault 'hash' in the page" in expected_errors.pop().getMessage()
    assert expected_errors == []


def test_what_browsers_change_by_themselves_is_no_difference(stage: Stage) -> None:
    document = Document()
    document.getRootElement().innerHTML = (
        "<details><summary>s</summary>x</details><textarea>t</textarea><div contenteditable>e</div>"
        "<input type=checkbox><select><option>1<option>2</select><x-map></x-map>"
    )
    stage.open(document)
    stage.flush()
    stage.page.locator("summary").click()
    stage.page.locator("textarea").fill("typed")
    stage.page.locator("[contenteditable]").fill("typed")
    stage.page.locator("[type=checkbox]").check()
    stage.page.locator("select").select_option("2")
    stage.page.evaluate(
        "document.querySelector('textarea').style.width = '300px'; document.querySelector('x-map').append('tile')"
    )
    for number in range(5):
        document.getRootElement().setAttribute("title", f"{number}")
        document.flush()
        stage.page.locator(f"body > [title='{number}']").wait_for(state="attached")


@pytest.mark.parametrize("multiple", [False, True])
def test_a_snapshot_leaves_what_is_chosen(stage: Stage, multiple: bool) -> None:
    document = Document()
    select = document.createElement("select")
    select.toggleAttribute("multiple", multiple)
    select.append(*(document.createElement("option", innerText=name) for name in "xyz"))
    document.getRootElement().append(select)
    stage.open(document)
    stage.flush()
    for place in (0, 3):
        stage.repair()
        select.insertBefore(
            document.createElement("option", innerText="new"), (*select.children, None)[place]
        )
        stage.flush()
