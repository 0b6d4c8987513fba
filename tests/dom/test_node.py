"""`Node`: the place of a node in its tree."""

from __future__ import annotations

import random

import pytest

from domsync_jupyter.dom import Document, Node
from tests.dom.trees import Family


@pytest.fixture
def family() -> Family:
    return Family()


def test_places(family: Family) -> None:
    a, b, c, d, e, root = family.a, family.b, family.c, family.d, family.e, family.root
    assert root.childNodes == [a, d, e]
    assert (root.firstChild, root.lastChild) == (a, e)
    assert (b.firstChild, b.lastChild) == (None, None)
    assert b.parentNode is b.parentElement is a
    assert (a.nextSibling, d.nextSibling, e.nextSibling) == (d, e, None)
    assert (a.previousSibling, d.previousSibling, e.previousSibling) == (None, a, d)
    assert c.ownerDocument is family.document
    assert family.document.ownerDocument is None
    assert root.parentNode is family.document
    assert root.parentElement is None


def test_siblings_that_are_elements(family: Family) -> None:
    family.d.replaceWith("text", family.document.createComment("x"))
    assert family.a.nextElementSibling is family.e
    assert family.e.previousElementSibling is family.a
    assert family.e.nextElementSibling is None
    text = family.a.nextSibling
    assert text is not None
    assert text.nextSibling is not None
    assert text.nextElementSibling is family.e  # type: ignore[attr-defined]  # it is a Text


def test_no_parent(family: Family) -> None:
    alone = family.document.createElement("p")
    assert (alone.parentNode, alone.nextSibling, alone.previousSibling) == (None, None, None)
    assert alone.getRootNode() is alone
    assert not alone.isConnected
    assert family.c.isConnected
    assert family.c.getRootNode() is family.document
    assert family.document.isConnected


def test_contains(family: Family) -> None:
    assert family.a.contains(family.a)
    assert family.a.contains(family.b)
    assert not family.b.contains(family.a)
    assert not family.a.contains(None)
    assert family.document.contains(family.b)


def test_kinds(family: Family) -> None:
    document = family.document
    text, comment, fragment = (
        document.createTextNode("x"),
        document.createComment("y"),
        document.createDocumentFragment(),
    )
    nodes: list[Node] = [family.a, text, comment, document, fragment]
    assert [node.nodeType for node in nodes] == [1, 3, 8, 9, 11]
    assert [node.nodeName for node in nodes] == ["P", "#text", "#comment", "#document", "#document-fragment"]
    assert [node.nodeValue for node in nodes] == [None, "x", "y", None, None]
    for node in (family.a, document, fragment):
        node.nodeValue = "nothing happens"
        assert node.nodeValue is None
    text.nodeValue = None
    assert text.nodeValue == ""


def test_a_node_is_true(family: Family) -> None:
    for node in (family.document.createElement("p"), family.document.createTextNode(""), family.document):
        assert node


def test_equal_nodes(family: Family) -> None:
    copy = family.a.cloneNode(True)
    assert copy.isEqualNode(family.a)
    assert not copy.isSameNode(family.a)
    assert family.a.isSameNode(family.a)
    assert not family.a.isEqualNode(family.d)
    assert not family.a.isEqualNode(None)
    copy.appendChild(family.document.createTextNode(""))  # type: ignore[attr-defined]  # it is an element
    assert not copy.isEqualNode(family.a)


def test_positions(family: Family) -> None:
    a, b, c, d, document = family.a, family.b, family.c, family.d, family.document
    assert a.compareDocumentPosition(a) == 0
    assert a.compareDocumentPosition(d) == Node.DOCUMENT_POSITION_FOLLOWING
    assert d.compareDocumentPosition(c) == Node.DOCUMENT_POSITION_PRECEDING
    assert b.compareDocumentPosition(c) == Node.DOCUMENT_POSITION_FOLLOWING
    assert a.compareDocumentPosition(b) == 16 + 4
    assert b.compareDocumentPosition(document) == 8 + 2
    alone = document.createElement("p")
    one, other = a.compareDocumentPosition(alone), alone.compareDocumentPosition(a)
    assert {one, other} == {1 + 32 + 2, 1 + 32 + 4}
    assert a.compareDocumentPosition(alone) == one


def test_walking_is_right_however_the_children_were_changed() -> None:
    """The place of a node among its siblings is a hint only."""
    rnd = random.Random(3)
    document = Document()
    root = document.getRootElement()
    kids = [document.createElement("p") for _ in range(30)]
    for _ in range(200):
        kid = rnd.choice(kids)
        if kid.parentNode is None or rnd.random() < 0.6:
            root.insertBefore(kid, rnd.choice([None, *root.childNodes]))
        else:
            kid.remove()
        found, node = [], root.firstChild
        while node is not None:
            found.append(node)
            node = node.nextSibling
        assert found == root.childNodes
        found, node = [], root.lastChild
        while node is not None:
            found.append(node)
            node = node.previousSibling
        assert found == root.childNodes[::-1]


def test_reading_changes_nothing(family: Family) -> None:
    family.d.textContent = "x"
    version = family.document._version
    assert family.d.childNodes == [family.d.firstChild]
    assert family.d.firstChild is family.d.lastChild
    assert family.document._version == version
    family.root.childNodes.clear()
    assert len(family.root.childNodes) == 3
