"""Copies whose parts are made when somebody looks: nobody may notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.sync.mirror import Mirror


@pytest.fixture
def document() -> Document:
    return Document()


def prototype(document: Document) -> Element:
    row = document.createElement("tr", attributes={"class": "row"})
    row.innerHTML = "<td>1</td><td title='t'><a href='#'>two</a> and <!--c--><b>three</b></td><td></td>"
    return row


def copy_of(element: Element) -> Element:
    copy = element.cloneNode(True)
    assert isinstance(copy, Element)
    return copy


def is_pending(element: Element) -> bool:
    return isinstance(element._kids, Blueprint)


def test_a_copy_is_one_node_until_somebody_looks(document: Document) -> None:
    row = prototype(document)
    copy = copy_of(row)
    assert is_pending(copy)
    assert copy.outerHTML == row.outerHTML
    assert not is_pending(copy)


def test_looking_makes_one_level(document: Document) -> None:
    copy = copy_of(prototype(document))
    cell = copy.children[1]
    assert not is_pending(copy)
    assert is_pending(cell)
    assert cell.parentNode is copy
    assert cell.previousSibling is copy.firstChild


LOOKS: list[Callable[[Element], Any]] = [
    lambda e: e.childNodes, lambda e: e.children, lambda e: e.firstChild, lambda e: e.lastChild,
    lambda e: e.firstElementChild, lambda e: e.lastElementChild, lambda e: e.textContent, lambda e: e.innerText,
    lambda e: e.innerHTML, lambda e: e.querySelector("a"), lambda e: e.getElementsByTagName("b"),
    lambda e: e.normalize(), lambda e: e.isEqualNode(e), lambda e: e.childElementCount,
]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_every_way_of_looking_sees_what_is_there(document: Document, look: Callable[[Element], Any]) -> None:
    row = prototype(document)
    copy = copy_of(row)
    look(copy)
    assert copy.isEqualNode(row)
    assert copy.outerHTML == row.outerHTML


CHANGES: list[Callable[[Element], Any]] = [
    lambda e: e.setAttribute("x", "y"), lambda e: e.removeAttribute("class"), lambda e: e.append("text"),
    lambda e: e.prepend("text"), lambda e: e.replaceChildren(), lambda e: e.firstChild.remove(),  # type: ignore[union-attr]
    lambda e: setattr(e, "textContent", "text"), lambda e: setattr(e.children[0], "textContent", "x"),
    lambda e: e.children[1].setAttribute("title", "u"), lambda e: e.children[1].removeAttribute("title"),
    lambda e: setattr(e.children[1].childNodes[1], "data", "or"),
    lambda e: e.children[1].insertBefore(e.ownerDocument.createElement("i"), e.children[1].firstChild),  # type: ignore[union-attr]
    lambda e: e.children[1].children[0].append("x"), lambda e: setattr(e, "innerHTML", "<td>new"),
    lambda e: e.children[1].replaceChild(e.children[2], e.children[1].children[0]),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_copies_are_of_what_is_there_now(document: Document, change: Callable[[Element], Any]) -> None:
    row = prototype(document)
    before = row.outerHTML
    earlier = copy_of(row)
    change(row)
    assert copy_of(row).outerHTML == row.outerHTML != before
    assert earlier.outerHTML == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_changes_no_other(document: Document, change: Callable[[Element], Any]) -> None:
    row = prototype(document)
    before = row.outerHTML
    copies = [copy_of(row) for _ in range(3)]
    change(copies[1])
    assert [copy.outerHTML == before for copy in (row, *copies)] == [True, True, False, True]


def test_a_copy_of_a_copy_that_nobody_looked_into(document: Document) -> None:
    copy = copy_of(copy_of(prototype(document)))
    assert copy.outerHTML == prototype(document).outerHTML


def test_what_is_found_by_its_id_is_made_at_once(document: Document) -> None:
    row = prototype(document)
    row.children[1].children[0].id = "link"
    row.remove()
    copy = copy_of(row)
    document.getRootElement().append(copy)
    assert document.getElementById("link") is copy.querySelector("a")


def test_an_id_that_comes_later(document: Document) -> None:
    row = prototype(document)
    copy_of(row)
    row.children[0].id = "late"
    copy = copy_of(row)
    document.getRootElement().append(copy)
    assert document.getElementById("late") is copy.firstChild


def test_controls_keep_their_state(document: Document) -> None:
    row = prototype(document)
    field = document.createElement("input", value="typed")
    row.children[2].append(field)
    copy = copy_of(row)
    assert copy.querySelector("input").value == "typed"  # type: ignore[union-attr]
    field.value = "later"
    assert copy_of(row).querySelector("input").value == "later"  # type: ignore[union-attr]
    assert copy.querySelector("input").value == "typed"  # type: ignore[union-attr]


def test_listeners_are_not_copied(document: Document) -> None:
    row = prototype(document)
    row.children[0].addEventListener("click", print)
    assert copy_of(row).children[0]._listeners is None


def test_a_copy_in_another_document(document: Document) -> None:
    other = Document()
    copy = other.importNode(prototype(document), deep=True)
    assert copy.firstChild is not None
    assert copy.firstChild.ownerDocument is other


def test_a_pending_copy_is_adopted(document: Document) -> None:
    other = Document()
    copy = other.adoptNode(copy_of(prototype(document)))
    other.getRootElement().append(copy)
    assert {element.ownerDocument for element in copy.querySelectorAll("*")} == {other}


def test_numbers_of_what_nobody_looked_into(document: Document) -> None:
    root = document.getRootElement()
    row = prototype(document)
    copies = [copy_of(row) for _ in range(5)]
    root.append(*copies)
    mirror = Mirror.of(document)
    expected: dict[int, str] = {}
    for copy in copies:
        numbers = iter(range(copy._number, copy._number + 9))
        for name in ("tr", "td", "td", "a", "#text", "#comment", "b", "td"):
            expected[next(numbers)] = name
    assert is_pending(copies[3])
    link = mirror.node(copies[3]._number + 3)
    assert link is copies[3].querySelector("a")
    assert [is_pending(copy) for copy in copies] == [True, True, True, False, True]
    for number, name in expected.items():
        node = mirror.node(number)
        assert node is not None
        assert (node._number, node.nodeName.lower()) == (number, name)
    assert mirror.node(max(expected) + 1) is None
    assert len(mirror.nodes) == 1 + len(expected)


def test_numbers_of_a_copy_that_left_are_gone(document: Document) -> None:
    root = document.getRootElement()
    mirror = Mirror.of(document)
    copies = [copy_of(prototype(document)) for _ in range(2)]
    root.append(*copies)
    mirror.collect()
    number = copies[0]._number
    copies[0].remove()
    mirror.collect()
    assert mirror.node(number + 3) is None
    root.replaceChildren()
    mirror.collect()
    assert set(mirror.nodes) == {1}
    assert copies[1].children[1]._number == 0


def test_memory_of_pending_numbers_is_bounded(document: Document) -> None:
    root = document.getRootElement()
    mirror = Mirror.of(document)
    row = prototype(document)
    for _ in range(50):
        root.replaceChildren(*(copy_of(row) for _ in range(100)))
        mirror.collect()
    assert len(mirror._pending) <= 2100
