"""Indexes give what a walk gives, and are not out of date."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from domsync_jupyter.dom import Document, Element, names
from domsync_jupyter.dom.index import TreeIndex, ascii_lower, split_classes
from domsync_jupyter.dom.parsing import parse_fragment


@pytest.fixture
def document() -> Document:
    document = Document()
    root = document.getRootElement()
    html = """<p class="a b" name=x>1<b class=b>2</b></p><svg class=a name=x><circle class="a	b"/><foreignObject>
    <p class=A></p></foreignObject></svg><form name=x></form>"""
    root.append(*parse_fragment(document, html, root))
    return document


def tags(elements: list[Element]) -> list[str]:
    return [element._tag for element in elements]


def test_by_tag(document: Document) -> None:
    index = TreeIndex(document)
    root = document.getRootElement()
    assert tags(index.by_tag(root, "p")) == ["p", "p"]
    assert tags(index.by_tag(root, "P")) == ["p", "p"]
    assert tags(index.by_tag(root, "foreignObject")) == ["foreignObject"]
    assert tags(index.by_tag(root, "foreignobject")) == []
    assert tags(index.by_tag(root, "*")) == ["p", "b", "svg", "circle", "foreignObject", "p", "form"]
    assert tags(index.by_tag(document, "div")) == ["div"]
    assert tags(index.by_tag(root, "div")) == []
    root.prepend(document.createElementNS(names.SVG, "P"))
    assert tags(index.by_tag(root, "P")) == ["P", "p", "p"]


def test_by_class(document: Document) -> None:
    index = TreeIndex(document)
    root = document.getRootElement()
    assert tags(index.by_class(root, ["a"])) == ["p", "svg", "circle"]
    assert tags(index.by_class(root, ["b", "a", "b"])) == ["p", "circle"]
    assert tags(index.by_class(root, ["A"])) == ["p"]
    assert index.by_class(root, ["none"]) == index.by_class(root, []) == []
    first = root.firstElementChild
    assert first is not None
    assert tags(index.by_class(first, ["b"])) == ["b"]


def test_by_name_finds_html_only(document: Document) -> None:
    assert tags(TreeIndex(document).by_name(document, "x")) == ["p", "form"]


def test_what_is_returned_is_the_callers(document: Document) -> None:
    index = TreeIndex(document)
    index.by_tag(document, "p").clear()
    index.by_class(document, ["a"]).clear()
    assert len(index.by_tag(document, "p")) == 2
    assert len(index.by_class(document, ["a"])) == 3


def test_the_tree_is_walked_once_until_it_changes(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks = []
    descendants = Element._descendants

    def walk(element: Element) -> Iterator[Element]:
        walks.append(element)
        return descendants(element)

    monkeypatch.setattr(Element, "_descendants", walk)
    index = TreeIndex(document)
    root = document.getRootElement()
    for _ in range(3):
        index.by_class(root, ["a"])
        index.by_class(root, ["b"])
    assert len(walks) == 1
    root.append("text", document.createElement("i", attributes={"class": "a"}))
    assert len(index.by_class(root, ["a"])) == 4
    assert len(walks) == 2


def test_release_lets_go_of_what_was_removed(document: Document) -> None:
    index = TreeIndex(document)
    index.by_tag(document, "p")
    index.release()
    assert index._tables
    document.getRootElement().replaceChildren()
    index.release()
    assert not index._tables


@pytest.mark.parametrize("seed", range(20))
def test_it_is_never_out_of_date(seed: int) -> None:
    chance = random.Random(seed)
    document = Document()
    index = TreeIndex(document)
    root = document.getRootElement()
    nodes = [root]
    for _ in range(150):
        node = chance.choice(nodes)
        what = chance.randrange(6)
        if what == 0:
            child = document.createElement(chance.choice("abc"))
            nodes.append(child)
            node.appendChild(child)
        elif what == 1 and node is not root:
            node.remove()
        elif what == 2:
            node.className = chance.choice(["x", "y", "x y", ""])
        elif what == 3:
            node.removeAttribute("class")
        elif what == 4:
            other = chance.choice(nodes)
            if other is not root and not other.contains(node):
                node.insertBefore(other, node.firstChild if node.firstChild is not other else None)
        else:
            node.setAttribute("name", chance.choice("nm"))
        below = list(root._descendants())
        assert index.by_class(root, ["x"]) == [each for each in below if "x" in each.className.split()]
        assert index.by_tag(root, "a") == [each for each in below if each._tag == "a"]
        assert index.by_name(root, "n") == [each for each in below if each.getAttribute("name") == "n"]


def test_words() -> None:
    assert split_classes("a\t b\nc\fd\re\xa0f ") == ["a", "b", "c", "d", "e\xa0f"]
    assert ascii_lower("ABCÄ\u212a") == "abcÄ\u212a"
