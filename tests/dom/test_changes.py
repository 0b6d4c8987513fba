"""`Changes`: that something changed, not what was done."""

from __future__ import annotations

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.dom.changes import PRIMARY_TEXT, Changes
from domsync_jupyter.sync.mirror import Mirror


class Seen:
    """A document with two paragraphs, the first with a text, that some viewer has."""

    def __init__(self) -> None:
        self.document = Document()
        self.root = self.document.getRootElement()
        self.p, self.q = self.document.createElement("p", innerText="x"), self.document.createElement("q")
        self.root.append(self.p, self.q)
        Mirror.of(self.document)

    @property
    def changes(self) -> Changes:
        return self.document._changes

    def new(self) -> Element:
        return self.document.createElement("b")


def test_a_document_that_nobody_sees_notes_nothing() -> None:
    document = Document()
    root = document.getRootElement()
    root.append(document.createElement("p", id="x", innerText="x"))
    root.setAttribute("title", "x")
    root.addEventListener("click", print)
    root.replaceChildren()
    assert not document._changes
    assert not document._dirty


def test_a_node_that_nobody_sees_notes_nothing() -> None:
    seen = Seen()
    new = seen.new()
    new.append("x", seen.new())
    new.setAttribute("title", "x")
    new.textContent = "y"
    new.addEventListener("click", print)
    assert not seen.changes


def test_one_entry_however_often() -> None:
    seen = Seen()
    for number in range(100):
        seen.p.setAttribute("title", str(number))
        seen.p.textContent = str(number)
        seen.q.append(str(number))
        seen.p.addEventListener("click", print)
        seen.p.removeEventListener("click", print)
    changes = seen.changes
    assert changes.attributes == {seen.p: {"title"}}
    assert changes.texts == {seen.p: None}
    assert changes.children == {seen.q: 0}
    assert changes.listeners == {seen.p: None}


def test_children_as_they_were() -> None:
    seen = Seen()
    seen.root.append(seen.new())
    assert seen.changes.children == {seen.root: 2}
    seen.root.append(seen.new())
    assert seen.changes.children == {seen.root: 2}
    seen.root.prepend(seen.new())
    assert seen.changes.children == {seen.root: [seen.p, seen.q]}
    seen.root.replaceChildren()
    assert seen.changes.children == {seen.root: [seen.p, seen.q]}


def test_a_primary_text_that_went() -> None:
    seen = Seen()
    seen.p.textContent = ""
    seen.p.append(seen.new())
    assert seen.changes.children == {seen.p: PRIMARY_TEXT}
    assert repr(PRIMARY_TEXT) == "PRIMARY_TEXT"


def test_looking_is_no_change() -> None:
    seen = Seen()
    text = seen.p.firstChild
    assert text is not None
    assert not seen.changes
    text.textContent = "y"
    assert seen.changes.texts == {text: None}


def test_taking_begins_anew() -> None:
    seen = Seen()
    seen.p.setAttribute("title", "x")
    taken = seen.document._take_changes()
    assert taken
    assert not seen.changes
    assert not seen.document._dirty


def test_calls_are_bounded_without_a_viewer() -> None:
    document = Document()
    for _ in range(5_000):
        document.getRootElement().scrollIntoView()
    assert len(document._changes.calls) <= 1_000
