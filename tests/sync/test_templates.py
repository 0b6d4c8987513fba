"""Subtrees by shape."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.dom.names import SVG
from domsync_jupyter.sync.templates import Templates, listener_specs, make_shape

NOBODY: frozenset[int] = frozenset()


@pytest.fixture
def document() -> Document:
    return Document()


def read(node: Element, other: Element) -> list[Any] | None:
    """The values of `other`, if it has the shape of `node`."""
    values: list[Any] = []
    return values if make_shape(node, NOBODY).read(other, values, [], NOBODY) else None


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
    text, comment = document.createTextNode("x"), document.createComment("x")
    assert not make_shape(text, NOBODY).read(comment, [], [], NOBODY)
    assert not make_shape(text, NOBODY).read(html, [], [], NOBODY)
    assert not make_shape(html, NOBODY).read(text, [], [], NOBODY)


def test_order_of_attributes_makes_the_shape(document: Document) -> None:
    """The columns have an order."""
    one = document.createElement("p", attributes={"a": "1", "b": "2"})
    other = document.createElement("p", attributes={"b": "2", "a": "1"})
    assert read(one, other) is None


def test_listeners_are_described_once(document: Document) -> None:
    element = document.createElement("p")
    element.addEventListener("click", print)
    element.addEventListener("click", repr)
    element.addEventListener("click", print, capture=True)
    assert listener_specs(element) == [["click", 0], ["click", 1]]


def test_a_template_suits_whoever_differs_only_where_it_varies(document: Document) -> None:
    templates = Templates()
    shape = make_shape(row(document, "a"), NOBODY)
    number = templates.add(shape, ["row", "a"], [False, True])
    assert number == 1
    assert templates.specs == [["tr", ["class", "row"], [], [], [["td", [], [], [], 0]]]]
    assert templates.find(shape, ["row", "b"], [False, False]) == (1, [False, True])
    assert templates.find(shape, ["row", "b"], [False, True]) == (1, [False, True])
    assert templates.find(shape, ["other", "b"], [False, True]) is None
    assert templates.find(shape, ["row", "b"], [True, True]) is None
    assert templates.find(make_shape(row(document, "a", "b"), NOBODY), ["row", "a", "b"], [False] * 3) is None


def test_limit(document: Document) -> None:
    templates = Templates(limit=1)
    shape = make_shape(row(document, "a"), NOBODY)
    assert templates.add(shape, ["row", "a"], [False, True]) == 1
    assert templates.add(shape, ["row", "a"], [True, True]) is None
    assert len(templates.specs) == 1
