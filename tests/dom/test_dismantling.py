"""What nobody has is taken apart, and nothing else."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from functools import partial

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session


@pytest.fixture
def document() -> Iterator[Document]:
    """One with a viewer, in a process whose collector does nothing."""
    document = Document()
    session = Session(Mirror.of(document))
    session.receive(messages.Hello(1, "", 0, ""))
    session.take()
    gc.disable()
    yield document
    gc.enable()


def table(document: Document) -> Element:
    whole = document.createElement("table")
    whole.innerHTML = "<tr><td>1<td>two <b>words</b><tr><td>3"
    document.getRootElement().append(whole)
    settle(document)
    return whole


def settle(document: Document) -> None:
    mirror = Mirror.of(document)
    mirror.collect()
    mirror.dispose()


def references(element: Element) -> list[weakref.ref[Element]]:
    return [weakref.ref(each) for each in (element, *element.querySelectorAll("*"))]


def test_what_nobody_has_is_gone_at_once(document: Document) -> None:
    found = references(table(document))
    document.getRootElement().replaceChildren()
    settle(document)
    assert [reference() for reference in found] == [None] * len(found)


@pytest.mark.parametrize("selector", ["table", "tr", "b", "tr + tr td"])
def test_whoever_has_one_node_has_them_all(document: Document, selector: str) -> None:
    table(document)
    kept = document.querySelector(selector)
    assert kept is not None
    document.getRootElement().replaceChildren()
    settle(document)
    top = kept.getRootNode()
    assert isinstance(top, Element)
    assert top.outerHTML == (
        "<table><tbody><tr><td>1</td><td>two <b>words</b></td></tr><tr><td>3</td></tr></tbody></table>"
    )


def test_a_text_counts(document: Document) -> None:
    text = table(document).querySelectorAll("td")[1].firstChild
    assert text is not None
    document.getRootElement().replaceChildren()
    settle(document)
    assert text.getRootNode().textContent == "1two words3"


def test_a_callback_that_has_a_node_counts(document: Document) -> None:
    cell = table(document).querySelector("td")
    assert cell is not None
    cell.addEventListener("click", partial(print, cell))
    reference = weakref.ref(cell)
    del cell
    document.getRootElement().replaceChildren()
    settle(document)
    left = reference()
    assert left is not None
    assert left.getRootNode().textContent == "1two words3"


def test_what_was_moved_elsewhere_is_left_alone(document: Document) -> None:
    whole = table(document)
    fragment = document.createDocumentFragment()
    fragment.append(whole)
    del whole
    settle(document)
    assert fragment.textContent == "1two words3"


def test_what_came_back_is_left_alone(document: Document) -> None:
    whole = table(document)
    whole.remove()
    document.getRootElement().append(whole)
    del whole
    settle(document)
    assert document.getRootElement().textContent == "1two words3"


def test_what_came_back_after_it_was_collected_is_left_alone(document: Document) -> None:
    whole = table(document)
    whole.remove()
    Mirror.of(document).collect()
    document.getRootElement().append(whole)
    del whole
    Mirror.of(document).dispose()
    assert document.getRootElement().textContent == "1two words3"
