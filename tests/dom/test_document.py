"""`Document`: finding by id, copying from elsewhere, batches."""

from __future__ import annotations

import gc
import random
import weakref

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.errors import HierarchyRequestError, NotFoundError, NotSupportedError, SecurityError
from tests.dom.trees import Family, below


@pytest.fixture
def family() -> Family:
    return Family()


def test_root() -> None:
    document = Document("here")
    assert document.getRootId() == "here"
    assert (
        document.getRootElement()
        is document.documentElement
        is document.body
        is document.getElementById("here")
    )
    assert document.childNodes == [document.getRootElement()]
    assert repr(document) == "<Document root_id='here'>"


# getElementById


def test_finds_what_is_in_the_tree(family: Family) -> None:
    assert family.document.getElementById("c") is family.c
    with pytest.raises(NotFoundError, match="strict=False"):
        family.document.getElementById("x")
    assert family.document.getElementById("x", strict=False) is None


def test_finds_the_first_in_the_tree(family: Family) -> None:
    find = family.document.getElementById
    family.e.id = "c"
    assert find("c") is family.c
    family.root.prepend(family.e)
    assert find("c") is family.e
    family.e.remove()
    assert find("c") is family.c
    family.c.id = "other"
    assert find("c", strict=False) is None, "the other one was removed"
    assert find("other") is family.c


def test_finds_what_was_never_in_the_tree(family: Family) -> None:
    """As domsync does, where elements are found from the moment on in which they are made."""
    find = family.document.getElementById
    new = family.document.createElement("p", id="new")
    assert find("new") is new
    inner = family.document.createElement("p", id="inner")
    new.append(inner)
    assert find("inner") is inner
    family.root.append(new)
    assert find("inner") is inner
    new.remove()
    assert find("new", strict=False) is None
    assert find("inner", strict=False) is None
    family.root.append(new)
    assert find("inner") is inner


def test_what_is_in_the_tree_comes_first(family: Family) -> None:
    away = family.document.createElement("p", id="x")
    assert family.document.getElementById("x") is away
    family.d.id = "x"
    assert family.document.getElementById("x") is family.d


def test_ids_may_change(family: Family) -> None:
    find = family.document.getElementById
    family.a.id = "new"
    assert find("a", strict=False) is None
    assert find("new") is family.a
    family.a.removeAttribute("id")
    assert find("new", strict=False) is None
    family.a.setAttribute("ID", "again")
    assert find("again") is family.a
    copy = family.a.cloneNode()
    assert find("again") is family.a
    family.a.remove()
    assert find("again") is copy


def test_an_empty_id_is_none(family: Family) -> None:
    family.a.id = ""
    assert family.document.getElementById("", strict=False) is None


def test_ids_keep_nothing_alive() -> None:
    document = Document()
    gone = [weakref.ref(document.createElement("p", id=name)) for name in ("x", "x", "y")]
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3
    assert document.getElementById("x", strict=False) is None


def test_finding_is_right_whatever_was_done_before() -> None:
    rnd = random.Random(1)
    document = Document()
    root = document.getRootElement()
    pool = [document.createElement("p") for _ in range(12)]
    for _ in range(2000):
        element, other = rnd.choice(pool), rnd.choice(pool)
        match rnd.randrange(5):
            case 0:
                element.id = rnd.choice("xyz")
            case 1:
                element.removeAttribute("id")
            case 2:
                element.remove()
            case 3:
                root.appendChild(element)
            case 4 if not element.contains(other):
                other.appendChild(element)
        for name in "xyz":
            found = document.getElementById(name, strict=False)
            connected = [element for element in below_in_order(root) if element.id == name]
            if connected:
                assert found is connected[0]
            elif found is not None:
                assert not found.isConnected
                assert found.id == name


def below_in_order(element: Element) -> list[Element]:
    return [each for kid in element.children for each in (kid, *below_in_order(kid))]


# Nodes of other documents


def test_import_makes_a_copy(family: Family) -> None:
    other = Document()
    copy = other.importNode(family.a, True)
    assert below(copy) == "b c"
    assert copy.ownerDocument is copy.firstChild.ownerDocument is other  # type: ignore[union-attr]  # it is the copy of b
    assert below(other.importNode(family.a)) == ""
    assert below(family.root) == "a(b c) d e"
    with pytest.raises(NotSupportedError):
        other.importNode(family.document)


def test_adopt_takes_the_node(family: Family) -> None:
    other = Document()
    assert other.adoptNode(family.a) is family.a
    assert below(family.root) == "d e"
    assert family.b.ownerDocument is other
    assert family.a.parentNode is None
    other.getRootElement().append(family.a)
    assert other.getElementById("b") is family.b
    assert family.document.getElementById("b", strict=False) is None
    assert other.adoptNode(family.a) is family.a
    with pytest.raises(NotSupportedError):
        other.adoptNode(family.document)
    with pytest.raises(HierarchyRequestError):
        other.adoptNode(family.root)


def test_code_does_not_come_in_from_a_document_that_has_it() -> None:
    unsafe, safe = Document(allow_unsafe=True), Document()
    box = unsafe.createElement("div")
    box.append(unsafe.createElement("p", attributes={"onclick": "x"}))
    for node in (unsafe.createElement("script"), box):
        for take in (
            safe.adoptNode,
            lambda node: safe.importNode(node, True),
            safe.getRootElement().appendChild,
            safe.getRootElement().append,
        ):
            with pytest.raises(SecurityError):
                take(node)
            assert node.ownerDocument is unsafe
    assert safe.getRootElement().childNodes == []
    unsafe.getRootElement().append(box)
    box.replaceChildren("harmless")
    safe.getRootElement().append(box)
    assert below(safe.getRootElement()) == "div('harmless')"


# Batches


def test_batch_holds_the_lock(family: Family) -> None:
    with family.document.batch(), family.document.batch():
        assert family.document._batches == 2
        family.root.append("x")
    assert family.document._batches == 0


def test_batch_that_raises_is_over(family: Family) -> None:
    with pytest.raises(ZeroDivisionError), family.document.batch():
        raise ZeroDivisionError
    assert family.document._batches == 0


def test_flush_without_viewers(family: Family) -> None:
    family.document.flush()
