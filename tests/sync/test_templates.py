"""What viewers remember of shapes."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.sync.runs import Runs
from domsync_jupyter.sync.shapes import Shape
from domsync_jupyter.sync.templates import Templates, listener_specs


@pytest.fixture
def document() -> Document:
    return Document()


def row(document: Document, *texts: str) -> Element:
    made = document.createElement("tr", attributes={"class": "row"})
    for text in texts:
        made.append(document.createElement("td", innerText=text))
    return made


def shape_of(document: Document, *texts: str) -> Shape:
    return Runs().at([row(document, *texts)], 0, 1).shape


def test_listeners_are_described_once(document: Document) -> None:
    element = document.createElement("p")
    element.addEventListener("click", print)
    element.addEventListener("click", repr)
    element.addEventListener("click", print, capture=True)
    assert listener_specs(element) == [["click", 0], ["click", 1]]


def test_a_template_suits_whoever_differs_only_where_it_varies(document: Document) -> None:
    templates = Templates()
    shape = shape_of(document, "a")
    assert templates.add(shape, ["row", "a"], [False, True], 2) == (1, [False, True])
    assert templates.specs == [["tr", ["class", "row"], [], [], [["td", [], [], [], 0]]]]
    assert templates.find(shape, ["row", "b"], [False, False]) == (1, [False, True])
    assert templates.find(shape, ["row", "b"], [False, True]) == (1, [False, True])
    assert templates.find(shape, ["other", "b"], [False, True]) is None
    assert templates.find(shape, ["row", "b"], [True, True]) is None
    assert templates.find(shape_of(document, "a", "b"), ["row", "a", "b"], [False] * 3) is None


def test_the_next_template_of_a_shape_suits_the_earlier_ones_too(document: Document) -> None:
    templates = Templates()
    shape = shape_of(document, "a", "b")
    templates.add(shape, ["row", "a", "b"], [False, True, False], 2)
    assert templates.add(shape, ["row", "a", "c"], [False, False, False], 2) == (2, [False, True, True])


def test_a_shape_that_comes_alone_is_remembered_the_second_time(document: Document) -> None:
    templates = Templates()
    shape = shape_of(document, "a")
    assert templates.add(shape, ["row", "a"], [False, False], 1) is None
    assert templates.add(shape, ["row", "b"], [False, False], 1) == (1, [False, True])


def test_what_is_as_short_as_a_template_is_not_remembered(document: Document) -> None:
    templates = Templates()
    shape = Runs().at([document.createElement("p")], 0, 1).shape
    for _ in range(3):
        assert templates.add(shape, [], [], 1) is None
    assert templates.add(shape, [], [], 2) == (1, [])


@pytest.mark.parametrize("limits", [{"limit": 1}, {"max_nodes": 3}])
def test_limits(document: Document, limits: dict[str, int]) -> None:
    templates = Templates(**limits)
    shape = shape_of(document, "a")
    assert templates.add(shape, ["row", "a"], [False, True], 2) == (1, [False, True])
    assert templates.add(shape, ["row", "a"], [True, True], 2) is None
    assert len(templates.specs) == 1


def test_shapes_that_came_once_are_forgotten_in_time(document: Document) -> None:
    templates = Templates()
    for number in range(1000):
        one = Runs().at([document.createElement("p", attributes={f"a{number}": "", "b": ""})], 0, 1).shape
        assert templates.add(one, ["", ""], [False, False], 1) is None
    assert len(templates._seen) <= 256
