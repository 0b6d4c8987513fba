"""`ParentNode`: the algorithms that change a tree; https://dom.spec.whatwg.org/#mutation-algorithms"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from domsync_jupyter.dom import Document, Element, Node, Text
from domsync_jupyter.errors import HierarchyRequestError, InvalidCharacterError, NotFoundError
from tests.dom.trees import Family, below, sketch
from tests.in_threads import run_in_threads


@pytest.fixture
def family() -> Family:
    return Family()


def test_append_child(family: Family) -> None:
    new = family.document.createElement("p", id="n")
    assert family.root.appendChild(new) is new
    assert below(family.root) == "a(b c) d e n"
    family.root.appendChild(family.a)
    assert below(family.root) == "d e n a(b c)"
    family.root.appendChild(family.a)
    assert below(family.root) == "d e n a(b c)"


def test_insert_before(family: Family) -> None:
    assert family.root.insertBefore(family.e, family.d) is family.e
    assert below(family.root) == "a(b c) e d"
    family.root.insertBefore(family.c, None)
    assert below(family.root) == "a(b) e d c"
    family.root.insertBefore(family.e, family.e)
    assert below(family.root) == "a(b) e d c"
    family.root.insertBefore(family.e, family.d)
    assert below(family.root) == "a(b) e d c"


def test_remove_child(family: Family) -> None:
    assert family.root.removeChild(family.a) is family.a
    assert below(family.root) == "d e"
    assert sketch(family.a) == "a(b c)"
    assert family.a.parentNode is None
    family.root.insertBefore(family.a, family.e)
    assert below(family.root) == "d a(b c) e"


def test_replace_child(family: Family) -> None:
    new = family.document.createElement("p", id="n")
    assert family.root.replaceChild(new, family.d) is family.d
    assert below(family.root) == "a(b c) n e"
    family.root.replaceChild(family.e, new)
    assert below(family.root) == "a(b c) e"
    family.root.replaceChild(family.e, family.e)
    assert below(family.root) == "a(b c) e"
    family.root.replaceChild(family.e, family.a)
    assert below(family.root) == "e"


@pytest.mark.parametrize(
    ("thing", "way"), [(3, r"int: use append\(str"), ({}, r"dict: make it .*document\.embed")]
)
def test_what_is_no_node_is_refused_with_what_to_do(family: Family, thing: Any, way: str) -> None:
    with pytest.raises(TypeError, match=way):
        family.root.appendChild(thing)
    with pytest.raises(TypeError, match=way):
        family.root.append("x", thing)
    with pytest.raises(TypeError, match=r"str: append\(\) takes texts"):
        family.root.appendChild("x")  # type: ignore[type-var]
    assert below(family.root) == "a(b c) d e"


def test_append_and_prepend(family: Family) -> None:
    family.root.append("x", family.b, "y")
    assert below(family.root) == "a(c) d e 'x' b 'y'"
    family.root.prepend(family.e, "z", family.a)
    assert below(family.root) == "e 'z' a(c) d 'x' b 'y'"
    family.root.append()
    family.root.prepend()
    family.b.prepend("first")
    assert sketch(family.b) == "b('first')"


def test_of_a_node_that_is_repeated_the_last_place_counts(family: Family) -> None:
    family.root.append(family.a, "x", family.a)
    assert below(family.root) == "d e 'x' a(b c)"


def test_replace_children(family: Family) -> None:
    family.root.replaceChildren("x", family.e, family.b)
    assert below(family.root) == "'x' e b"
    assert family.d.parentNode is None
    assert sketch(family.a) == "a(c)"
    family.root.replaceChildren()
    assert below(family.root) == ""
    family.root.replaceChildren(family.a)
    assert below(family.root) == "a(c)"


def test_fragments_are_emptied(family: Family) -> None:
    ways: list[Callable[[Node], object]] = [
        family.root.appendChild, lambda f: family.root.insertBefore(f, family.e),
        family.root.append,
        lambda f: family.root.replaceChild(f, family.d), lambda f: family.a.before("x", f),
        family.root.replaceChildren,
    ]  # fmt: skip
    for number, insert in enumerate(ways):
        fragment = family.document.createDocumentFragment()
        fragment.append(f"{number}a", f"{number}b")
        insert(fragment)
        assert fragment.childNodes == []
        assert f"'{number}a' '{number}b'" in below(family.root)
    assert below(family.root) == "'5a' '5b'"
    family.root.appendChild(family.document.createDocumentFragment())
    assert below(family.root) == "'5a' '5b'"


def test_neighbours(family: Family) -> None:
    family.d.before("x", family.e)
    assert below(family.root) == "a(b c) 'x' e d"
    family.e.after(family.a, "y")
    assert below(family.root) == "'x' e a(b c) 'y' d"
    family.e.replaceWith("z", family.c)
    assert below(family.root) == "'x' 'z' c a(b) 'y' d"
    family.d.replaceWith(family.d)
    assert below(family.root) == "'x' 'z' c a(b) 'y' d"
    family.d.replaceWith()
    assert below(family.root) == "'x' 'z' c a(b) 'y'"
    family.d.before("nothing happens")
    family.d.after("nothing happens")
    family.d.replaceWith("nothing happens")
    family.d.remove()
    assert below(family.root) == "'x' 'z' c a(b) 'y'"


def test_neighbours_may_be_among_what_is_inserted(family: Family) -> None:
    family.d.before(family.a, family.d)
    assert below(family.root) == "a(b c) d e"
    family.d.after(family.d, family.e)
    assert below(family.root) == "a(b c) d e"
    family.d.replaceWith(family.e, family.d, family.a)
    assert below(family.root) == "e d a(b c)"


def test_text_is_one_node(family: Family) -> None:
    family.root.textContent = "x"
    assert below(family.root) == "'x'"
    text = family.root.firstChild
    assert family.root.firstChild is text
    family.root.textContent = ""
    assert below(family.root) == ""
    assert text is not None
    assert text.parentNode is None
    family.root.appendChild(text)
    assert family.root.childNodes == [text]


def test_text_and_elements_mix(family: Family) -> None:
    family.d.textContent = "x"
    family.d.appendChild(family.e)
    assert sketch(family.d) == "d('x' e)"
    family.d.textContent = "y"
    assert sketch(family.d) == "d('y')"
    assert family.e.parentNode is None
    family.d.insertBefore(family.e, family.d.firstChild)
    assert sketch(family.d) == "d(e 'y')"


def test_normalize(family: Family) -> None:
    family.d.append("a", "", "b", family.e, "", "c")
    family.e.append("x", "y")
    first = family.d.firstChild
    family.root.normalize()
    assert sketch(family.d) == "d('ab' e('xy') 'c')"
    assert family.d.firstChild is first


def test_elements(family: Family) -> None:
    family.root.prepend("x")
    family.root.append("y")
    assert family.root.children == [family.a, family.d, family.e]
    assert (family.root.firstElementChild, family.root.lastElementChild) == (family.a, family.e)
    assert family.root.childElementCount == 3
    family.b.textContent = "only text"
    assert (family.b.children, family.b.firstElementChild, family.b.childElementCount) == ([], None, 0)
    assert family.b.hasChildNodes()
    assert not family.c.hasChildNodes()


# Errors: each leaves everything as it was.


@pytest.mark.parametrize(
    "how", ["appendChild", "insertBefore", "replaceChild", "append", "prepend", "replaceChildren"]
)
def test_a_node_cannot_contain_itself(family: Family, how: str) -> None:
    more: dict[str, list[Any]] = {"insertBefore": [None], "replaceChild": [family.b]}
    for node in (family.a, family.root, family.document):
        call = getattr(family.a, how)
        family.unchanged_after(HierarchyRequestError, lambda: call(node, *more.get(how, [])))  # noqa: B023 - called at once


def test_neighbours_cannot_contain_themselves(family: Family) -> None:
    for how in ("before", "after", "replaceWith"):
        call = getattr(family.b, how)
        for node in (family.a, family.root):
            family.unchanged_after(HierarchyRequestError, lambda: call("x", node))  # noqa: B023 - called at once


def test_several_are_inserted_all_or_none(family: Family) -> None:
    new = family.document.createElement("p", id="n")
    for call in (
        family.b.append,
        family.b.prepend,
        family.b.replaceChildren,
        family.c.before,
        family.c.replaceWith,
    ):
        family.unchanged_after(HierarchyRequestError, lambda: call(new, family.e, family.a))  # noqa: B023 - called at once
        family.unchanged_after(TypeError, lambda: call(new, family.e, 1))  # type: ignore[arg-type]  # noqa: B023 - that is the point
        family.unchanged_after(InvalidCharacterError, lambda: call(new, "\ud800"))  # noqa: B023 - called at once
    assert new.parentNode is None


def test_fragments_are_kept_if_there_is_an_error(family: Family) -> None:
    fragment = family.document.createDocumentFragment()
    fragment.append("x")
    family.unchanged_after(NotFoundError, lambda: family.root.insertBefore(fragment, family.b))
    family.unchanged_after(HierarchyRequestError, lambda: family.b.append(fragment, family.a))
    assert below(fragment) == "'x'"


def test_a_fragment_cannot_go_into_itself(family: Family) -> None:
    fragment = family.document.createDocumentFragment()
    one, other = family.document.createElement("p", id="1"), family.document.createElement("p", id="2")
    fragment.append(one, other)
    for call in (
        fragment.appendChild,
        fragment.append,
        one.appendChild,
        one.replaceWith,
        one.before,
        other.after,
    ):
        with pytest.raises(HierarchyRequestError):
            call(fragment)
        assert below(fragment) == "1 2"


def test_what_is_no_child(family: Family) -> None:
    new = family.document.createElement("p")
    family.unchanged_after(NotFoundError, lambda: family.root.insertBefore(new, family.b))
    family.unchanged_after(NotFoundError, lambda: family.root.removeChild(family.b))
    family.unchanged_after(NotFoundError, lambda: family.root.removeChild(new))
    family.unchanged_after(NotFoundError, lambda: family.root.replaceChild(new, family.b))
    family.unchanged_after(NotFoundError, lambda: family.root.replaceChild(family.d, new))


@pytest.mark.parametrize("what", [None, "text", 1, object()])
def test_what_is_no_node(family: Family, what: Any) -> None:
    family.unchanged_after(TypeError, lambda: family.root.appendChild(what))
    family.unchanged_after(TypeError, lambda: family.root.insertBefore(what, None))
    family.unchanged_after(TypeError, lambda: family.root.removeChild(what))
    family.unchanged_after(TypeError, lambda: family.root.replaceChild(what, family.a))
    family.unchanged_after(TypeError, lambda: family.root.replaceChild(family.a, what))
    if what is not None:
        family.unchanged_after(TypeError, lambda: family.root.insertBefore(family.a, what))


def test_the_document_has_one_child(family: Family) -> None:
    document = family.document
    for call in (
        lambda: document.appendChild(family.d), lambda: document.append("x"),
        document.replaceChildren,
        lambda: document.removeChild(family.root), lambda: document.replaceChild(family.d, family.root),
        family.root.remove,
        lambda: family.root.replaceWith(family.d), lambda: document.insertBefore(family.d, family.root),
    ):  # fmt: skip
        family.unchanged_after(HierarchyRequestError, call)
    assert document.childNodes == [family.root]


# Nodes of other documents


def test_nodes_of_another_document_are_adopted(family: Family) -> None:
    other = Document()
    stranger = other.createElement("p", id="s", innerText="x")
    other.getRootElement().append(stranger, "rest")
    for call in (family.root.appendChild, family.d.append, family.e.before, family.a.replaceChildren):
        call(stranger)
        assert stranger.ownerDocument is family.document
        assert family.document.getElementById("s") is stranger
        assert other.getElementById("s", strict=False) is None
        other.getRootElement().prepend(stranger)
        assert stranger.firstChild is not None
        assert stranger.firstChild.ownerDocument is other
        assert sketch(other.getRootElement()) == "domsync_root_id(s('x') 'rest')"


def test_the_root_of_another_document_is_not(family: Family) -> None:
    other = Document()
    with pytest.raises(HierarchyRequestError):
        family.root.appendChild(other.getRootElement())
    with pytest.raises(HierarchyRequestError):
        family.root.appendChild(other)


# Threads


class CountingLock:
    """A document's lock, which knows how many have come to it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.comers = 0

    def __enter__(self) -> None:
        self.comers += 1
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_a_text_becomes_one_node_whoever_looks_first() -> None:
    document = Document()
    element = document.createElement("p", innerText="x")
    lock = CountingLock()
    document._lock = lock  # type: ignore[assignment]  # it does what is needed of one
    seen: list[Node | None] = []
    threads = [threading.Thread(target=lambda: seen.append(element.firstChild)) for _ in range(3)]
    with lock:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 10
        while lock.comers < 4:
            assert time.monotonic() < deadline
    for thread in threads:
        thread.join()
    assert isinstance(seen[0], Text)
    assert seen == [element.firstChild] * 3


def test_threads_may_remove_the_same_node() -> None:
    family = Family()
    for _ in range(200):
        family.root.append(*(family.document.createElement("p") for _ in range(5)))
        kids = family.root.childNodes

        def remove() -> None:
            for kid in kids:  # noqa: B023 - called at once
                kid.remove()  # type: ignore[attr-defined]  # all are elements

        run_in_threads(remove, remove)
        assert family.root.childNodes == []


def test_threads_may_move_the_same_nodes_about() -> None:
    family = Family()
    family.root.append(*(family.document.createElement("i") for _ in range(20)))
    kids = family.root.children

    def shuffle(step: int) -> None:
        for number in range(500):
            kid = kids[number * step % len(kids)]
            family.root.appendChild(kid)
            assert kid.nextSibling is not kid

    run_in_threads(lambda: shuffle(3), lambda: shuffle(7))
    assert set(family.root.children) == set(kids)
    assert len(family.root.childNodes) == len(kids)


def test_attributes_may_be_read_while_another_thread_sets_them() -> None:
    element = Document().createElement("p")
    done = threading.Event()

    def write() -> None:
        for number in range(3000):
            element.setAttribute(f"a{number % 50}", "x")
            element.removeAttribute(f"a{(number + 25) % 50}")
        done.set()

    def read() -> None:
        while not done.is_set():
            element.getAttribute("x:y")
            element.getAttributeNames()
            assert isinstance(element.attributes, dict)

    run_in_threads(write, read)


def test_threads_may_try_to_put_nodes_into_each_other() -> None:
    """One is too late, as it would be if both calls came from one thread. There is never a circle."""
    for _ in range(500):
        document = Document()
        one, other = document.createElement("p"), document.createElement("p")

        def put(inner: Element, outer: Element) -> None:
            with suppress(HierarchyRequestError):
                outer.append(inner)

        run_in_threads(partial(put, one, other), partial(put, other, one))
        assert (one.parentNode is other) != (other.parentNode is one)


def test_a_neighbour_may_be_moved_by_another_thread() -> None:
    document = Document()
    here, there = document.createElement("div"), document.createElement("div")
    neighbour = document.createElement("hr")
    here.append(neighbour)

    def move() -> None:
        for _ in range(1_000):
            there.append(neighbour)
            here.append(neighbour)

    def insert() -> None:
        for _ in range(300):
            neighbour.before("a")
            neighbour.after("b")
            neighbour.replaceWith("c", neighbour)

    run_in_threads(move, insert)
    for parent in (here, there):
        assert all(kid.parentNode is parent for kid in parent.childNodes)
    assert here.textContent is not None
    assert there.textContent is not None
    assert len(here.textContent) + len(there.textContent) == 900
    assert neighbour.parentNode is here


def test_threads_of_two_documents_may_exchange_nodes() -> None:
    one, other = Document().getRootElement(), Document().getRootElement()
    node = one._document.createElement("p", id="p")

    def take(root: Element) -> None:
        for _ in range(500):
            root.append(node)
            root._document.getElementById("p", strict=False)

    run_in_threads(lambda: take(one), lambda: take(other))
    (owner,) = [root for root in (one, other) if node in root.childNodes]
    assert node.ownerDocument is owner._document
    assert owner._document.getElementById("p") is node
