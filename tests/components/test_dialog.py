"""`Dialog`: opened by a program, closed by whoever is first."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Dialog
from domsync_jupyter.testing import Page, connect


def make(document: Document) -> tuple[Dialog, list[str | None]]:
    results: list[str | None] = []
    dialog = Dialog(document, "Delete it?", ["Cancel", "Delete"], on_close=results.append)
    dialog.content.append("It cannot be brought back.")
    return dialog, results


def is_open(page: Page) -> bool:
    return page.get("dialog").hasAttribute("open")


def test_a_person_answers() -> None:
    document = Document("root")
    dialog, results = make(document)
    with connect(document) as page:
        for button in ("Delete", "Cancel"):
            dialog.show()
            page.until(lambda: is_open(page))
            assert dialog.open
            assert dialog.result is None
            page.click(page.get_by_text(button, "footer > button"))
            assert not dialog.open
            assert not is_open(page)
            assert dialog.result == button
    assert results == ["Delete", "Cancel"]


@pytest.mark.parametrize("way", ["Escape", "cross"])
def test_a_person_does_not_answer(way: str) -> None:
    document = Document("root")
    dialog, results = make(document)
    with connect(document) as page, connect(document) as other:
        dialog.show()
        page.until(lambda: is_open(page))
        if way == "Escape":
            page.press("Escape")
        else:
            page.click(page.get_by_label("Close"))
        assert not dialog.open
        other.until(lambda: not is_open(other))
        # It tells that it closed, though that is known.
        other.fire("dialog", "close", bubbles=False)
    assert dialog.result is None
    assert results == [None]


def test_a_program_opens_and_closes_it_and_calls_nobody() -> None:
    document = Document("root")
    dialog, results = make(document)
    dialog.close("early")
    assert dialog.result is None
    dialog.show()
    dialog.show()
    with connect(document) as page:
        assert is_open(page)
        dialog.close("done")
        page.until(lambda: not is_open(page))
        page.fire("dialog", "close", bubbles=False)
        # A click of before, in a page that had not heard of it.
        page.click(page.get_by_text("Delete", "footer > button"))
    assert not dialog.open
    assert dialog.result == "done"
    assert not results


def test_a_late_word_of_the_last_closing_does_not_close_it() -> None:
    document = Document("root")
    dialog, results = make(document)
    dialog.show()
    with connect(document) as page:
        page.fire("dialog", "close", bubbles=False)
        assert dialog.open
    assert results == []


def test_is_named_by_its_title() -> None:
    document = Document("root")
    dialog = Dialog(document, "Note")
    dialog.title = "Another note"
    assert dialog.title == "Another note"
    named_by = dialog.getElement().getAttribute("aria-labelledby")
    assert named_by
    assert document.getElementById(named_by).innerText == "Another note"
    with connect(document) as page:
        dialog.show()
        page.until(lambda: is_open(page))
        page.click(page.get_by_text("OK"))
    assert dialog.result == "OK"
    with pytest.raises(TypeError, match=r"\['OK'\]"):
        Dialog(document, "Note", "OK")


def test_on_close_may_be_set_later() -> None:
    document = Document("root")
    dialog, results = make(document)
    later: list[str | None] = []
    dialog.on_close = later.append
    dialog.show()
    with connect(document) as page:
        page.click(page.get_by_text("Delete", "footer > button"))
    assert (results, later) == ([], ["Delete"])
