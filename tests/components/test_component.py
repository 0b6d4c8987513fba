"""`Component`: both of domsync's forms, and what derived classes rely on."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Component
from domsync_jupyter.components.component import Parent
from domsync_jupyter.components.theme import THEME
from domsync_jupyter.errors import DomsyncError, NotFoundError


class Label(Component):
    """As a program of domsync 0.1 writes it."""

    def __init__(self, doc: Document, parent_id: str, text: str, id: str | None = None) -> None:
        self["text"] = text
        super().__init__(doc, parent_id, id)
        element = doc.createElement("b", id=self.getRootId(), innerText=text)
        doc.getElementById(parent_id).appendChild(element)


def test_in_a_document_under_an_id() -> None:
    document = Document("root")
    label = Label(document, "root", "hi", id="label")
    assert label["doc"] is label.getDoc() is label.getDocument() is document
    assert (label["parent_id"], label["id"], label["text"]) == ("root", "label", "hi")
    assert label.getRootId() == "label"
    assert label.getElement() is document.getRootElement().firstChild
    assert label.getParentElement() is document.getRootElement()


def test_a_derived_class_may_give_the_made_up_id_to_its_element() -> None:
    document = Document("root")
    label, other = Label(document, "root", "a"), Label(document, "root", "b")
    assert label.getRootId() != other.getRootId()
    assert label.getElement().innerText == "a"
    assert other.getElement().innerText == "b"


def test_under_an_element() -> None:
    document = Document("root")
    parent = document.createElement("div")
    component = Component(parent)
    assert component["parent_el"] is component.getParentElement() is parent
    assert component.getDocument() is document
    assert Component(parent_el=parent)["parent_el"] is parent
    with pytest.raises(NotFoundError):
        component.getElement()


def test_a_cell_that_ends_with_a_component_says_what_it_is() -> None:
    assert repr(Label(Document("root"), "root", "hi")) == "<Label>"


def test_who_appends_a_component_hears_that_it_is_there() -> None:
    document = Document("root")
    label = Label(document, "root", "hi")
    body: Any = document.body
    for put in (body.append, body.appendChild):
        with pytest.raises(
            TypeError, match=r"not Label: .* in the document since it was made.*getElement\(\)"
        ):
            put(label)
    document.body.prepend(label.getElement())
    assert document.body.innerText == "hi"


def test_remove_is_what_the_derived_class_says_and_happens_once() -> None:
    class Removable(Component):
        removed = 0

        def _remove(self) -> None:
            self.removed += 1

    component = Removable(Document().getRootElement())
    assert not component.has_been_removed()
    component.remove()
    assert component.has_been_removed()
    assert component.removed == 1
    with pytest.raises(DomsyncError, match="already"):
        component.remove()
    with pytest.raises(NotImplementedError, match="_remove"):
        Component(Document().getRootElement()).remove()


def test_says_what_is_wrong_with_its_arguments() -> None:
    with pytest.raises(TypeError, match="str"):
        Component("root")  # type: ignore[call-overload]  # what the test is about
    with pytest.raises(NotFoundError, match="elsewhere"):
        Component(Document(), parent_id="elsewhere")
    with pytest.raises(TypeError):
        Component()  # type: ignore[call-overload]  # what the test is about
    with pytest.raises(NotFoundError, match="nowhere"):
        Component(Document(), "nowhere")


class Note(Component):
    def __init__(self, parent: Parent, text: str) -> None:
        super().__init__(parent)
        self.mount(self.getDocument().createElement("p", innerText=text), ":where(.note) { color: red }")


def test_what_is_mounted_is_the_root_of_the_component_and_is_removed_with_it() -> None:
    document = Document("root")
    outer = Note(document, "outer")
    inner = Note(outer, "inner")
    assert outer.content is outer.getElement() is document.getElementById(outer.getRootId())
    assert document.getRootElement().outerHTML == '<div id="root"><p>outer<p>inner</p></p></div>'
    inner.remove()
    outer.remove()
    assert not document.getRootElement().childNodes


def test_a_document_adopts_a_style_once() -> None:
    document = Document()
    for text in "abc":
        Note(document, text)
    assert [sheet.cssText for sheet in document.adoptedStyleSheets] == [THEME, ":where(.note) { color: red }"]
