"""Neighbours of one shape, read column by column."""

from __future__ import annotations

import random
from typing import Any

import pytest

from domsync_jupyter.dom import Document, Element, Node
from domsync_jupyter.dom.blueprint import Blueprint
from domsync_jupyter.dom.names import SVG
from domsync_jupyter.sync.runs import Runs


@pytest.fixture
def document() -> Document:
    return Document()


def read(node: Node, other: Node) -> list[Any] | None:
    """The values of `other`, if it has the shape of `node`."""
    run = Runs().at([node, other], 0, 2)
    return [column[1] for column in run.values] if len(run.nodes) == 2 else None


def row(document: Document, *texts: str) -> Element:
    made = document.createElement("tr", attributes={"class": "row"})
    for text in texts:
        made.append(document.createElement("td", innerText=text))
    return made


def test_values_in_order(document: Document) -> None:
    assert read(row(document, "a", "b"), row(document, "c", "d")) == ["row", "c", "d"]


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.append("x"), lambda e: e.replaceChildren(), lambda e: e.firstChild.append("x"),
        lambda e: e.setAttribute("x", "y"),
        lambda e: e.removeAttribute("class"), lambda e: e.addEventListener("click", print),
        lambda e: e.firstChild.replaceChildren(), lambda e: e.firstChild.setAttribute("x", "y"),
        lambda e: e._put_property("scrollTop", 1),
    ],
)  # fmt: skip
def test_another_shape(document: Document, change: Any) -> None:
    other = row(document, "c", "d")
    change(other)
    assert read(row(document, "a", "b"), other) is None
    assert read(other, row(document, "a", "b")) is None


def test_names_make_the_shape(document: Document) -> None:
    svg, html = document.createElementNS(SVG, "a"), document.createElement("a")
    assert read(svg, html) is None
    assert read(html, svg) is None
    one, two = (document.createElementNS(namespace, "a") for namespace in ("urn:1", "urn:2"))
    assert read(one, two) is None
    text, comment = document.createTextNode("x"), document.createComment("x")
    assert read(text, comment) is None
    assert read(text, html) is None
    assert read(html, text) is None


def test_order_of_attributes_makes_the_shape(document: Document) -> None:
    """The columns have an order."""
    one = document.createElement("p", attributes={"a": "1", "b": "2"})
    other = document.createElement("p", attributes={"b": "2", "a": "1"})
    assert read(one, other) is None


def test_a_run_ends_where_the_shape_does(document: Document) -> None:
    pattern = "aaaaaaaaaabaaabbbcbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbba"
    nodes = [document.createElement("p", attributes={letter: str(at)}) for at, letter in enumerate(pattern)]
    runs = list(Runs().of(nodes))
    assert [len(run.nodes) for run in runs] == [10, 1, 3, 3, 1, len(pattern) - 19, 1]
    assert [value for run in runs for value in run.values[0]] == [str(at) for at in range(len(pattern))]


def test_random_neighbours_are_read_as_one_by_one(document: Document) -> None:
    """The columns say the same as looking at node after node does."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    prototypes = [row(document, *"xyz"[: chance.randrange(4)]) for _ in range(3)]
    nodes = []
    for _ in range(300):
        node = chance.choice(prototypes[:2] if chance.random() < 0.9 else prototypes).cloneNode(True)
        assert isinstance(node, Element)
        if chance.random() < 0.3 and node.firstChild is not None:
            node.firstChild.textContent = chance.choice("pq")
        if chance.random() < 0.1:
            node.setAttribute("title", "t")
        nodes.append(node)
    runs = Runs()
    for run in runs.of(nodes):
        for at, node in enumerate(run.nodes):
            alone = Runs().at([node], 0, 1)
            assert alone.shape.key == run.shape.key
            assert [column[0] for column in alone.values] == [column[at] for column in run.values]
    tops = [node for run in runs.of(nodes) for node in run.nodes]
    assert tops == nodes


def test_copies_are_read_without_looking_into_them(document: Document) -> None:
    prototype = row(document, "a", "b")
    copies = [prototype.cloneNode(True) for _ in range(20)]
    run = Runs().at(copies, 0, 20)
    assert len(run.nodes) == 20
    assert run.values == [["row"] * 20, ["a"] * 20, ["b"] * 20]
    assert run.shape.size == 3
    assert [offset for offset, _ in run.places] == [0]
    assert all(isinstance(copy._kids, Blueprint) for copy in copies if isinstance(copy, Element))


def test_where_some_copies_were_looked_into_all_are(document: Document) -> None:
    prototype = row(document, "a", "b")
    copies = [prototype.cloneNode(True) for _ in range(100)]
    assert copies[70].firstChild is not None
    copies[70].firstChild.textContent = "c"
    run = Runs().at(copies, 0, 100)
    assert len(run.nodes) == 100
    assert run.values[1] == ["a"] * 70 + ["c"] + ["a"] * 29
    assert [offset for offset, _ in run.places] == [0, 1, 2]
