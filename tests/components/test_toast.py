"""`toast`: where it stands, how it goes."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Card, toast
from domsync_jupyter.testing import connect


def test_stands_at_the_end_of_the_document_whoever_shows_it() -> None:
    document = Document("root")
    card = Card(document, "Card")
    toast(card, "one")
    Card(document, "Another card")
    two = toast(document, "two", "bad", seconds=2.5)
    region = document.getRootElement().lastChild
    assert region is two.getParentElement()
    assert [each.innerText for each in two.getParentElement().children] == ["one×", "two×"]
    assert two.getElement().getAttribute("style") == "animation-delay: 2.5s"
    assert two.getElement().className == "domsync-toast domsync-bad"
    two.text = "changed"
    assert two.text == "changed"
    assert two.getElement().innerText == "changed×"


def test_stands_in_the_dialog_of_its_parent() -> None:
    document = Document("root")
    dialog, inside = document.createElement("dialog"), document.createElement("p")
    dialog.append(inside)
    document.getRootElement().append(dialog)
    note = toast(inside, "one")
    assert note.getParentElement().parentElement is dialog


@pytest.mark.parametrize(
    ("kind", "role"), [("info", "status"), ("good", "status"), ("warn", "alert"), ("bad", "alert")]
)
def test_is_told_with_the_urgency_it_has(kind: str, role: str) -> None:
    note = toast(Document(), "text", kind)  # type: ignore[arg-type]  # all of the kinds there are
    assert note.getElement().getAttribute("role") == role


def test_goes_when_its_time_is_over() -> None:
    document = Document("root")
    toast(document, "one")
    two = toast(document, "two", seconds=None)
    assert two.getElement().getAttribute("style") == "animation: none"
    with connect(document) as page, connect(document) as other:
        # Two pages tell that they have faded it out.
        first = other.get(".domsync-toast")
        page.fire(".domsync-toast", "animationend")
        other.until(lambda: len(other.query_all(".domsync-toast")) == 1)
        assert "one" in first.innerText
        assert "two" in page.text


def test_a_person_closes_it() -> None:
    document = Document("root")
    note = toast(document, "one")
    with connect(document) as page:
        page.click(page.get_by_label("Close"))
        assert page.text == ""
    assert note.has_been_removed()
    # As another view does, which has not heard of it.
    note._close(None)  # type: ignore[arg-type]  # the event does not matter


def test_says_what_is_wrong() -> None:
    document = Document("root")
    with pytest.raises(ValueError, match="'fatal'"):
        toast(document, "x", "fatal")  # type: ignore[arg-type]  # what the test is about
    with pytest.raises(ValueError, match="not -1"):
        toast(document, "x", seconds=-1)
    assert not document.getRootElement().children
