"""The hash by which a page and Python find out that they differ."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given, settings, strategies

from domsync_jupyter.dom import Document
from domsync_jupyter.sync.checks import MOST_NODES, nodes_to_check
from domsync_jupyter.sync.mirror import Mirror
from tests.sync.follower import Follower
from tests.sync.programs import Program


def followed(document: Document) -> Follower:
    follower = Follower(Mirror.of(document))
    follower.settle()
    return follower


def test_what_the_texts_are() -> None:
    document = Document()
    root = document.getRootElement()
    root.setAttribute("title", "of the page, perhaps")
    paragraph = document.createElement("p", attributes={"title": "t", "class": "c", "style": "color: red"})
    details = document.createElement("details", attributes={"open": ""})
    paragraph.append("é", document.createElement("b"), document.createComment("c"), "")
    root.append(paragraph, details)
    mirror = Mirror.of(document)
    numbers, found = nodes_to_check(mirror.nodes, 0)
    bold = paragraph.childNodes[1]
    texts = {
        1: f"1\0DIV\x002\0{paragraph._number}\0{details._number}",
        paragraph._number: f"{paragraph._number}\0P\0class=c\0title=t\x003\0#text é\0{bold._number}\0#comment c",
        details._number: f"{details._number}\0DETAILS\x000",
        **{
            kid._number: f"{kid._number}\0{kid.nodeName}\0{kid.nodeValue}"
            for kid in paragraph.childNodes
            if kid.nodeValue is not None
        },
        bold._number: f"{bold._number}\0B\x000",
    }
    assert set(numbers) == set(texts)
    assert found == crc32("\x01".join(texts[number] for number in numbers).encode())


@given(seed=strategies.integers(0, 2**32 - 1))
@settings(max_examples=100)
def test_a_replica_that_follows_has_the_same(seed: int) -> None:
    document = Document()
    program = Program(document, seed)
    follower = followed(document)
    for _ in range(60):
        program.step()
        follower.settle()
        numbers, found = follower.mirror.check()
        assert follower.replica.checksum(numbers) == found


@pytest.mark.parametrize("change", ["text", "attribute", "order", "missing"])
def test_a_replica_that_differs_has_another(change: str) -> None:
    document = Document()
    for number in range(5):
        document.getRootElement().append(document.createElement("p", innerText=f"{number}"))
    follower = followed(document)
    root = follower.replica.root
    match change:
        case "text":
            root.kids[3].kids[0].data = "4"
        case "attribute":
            root.kids[2].attributes["title"] = "x"
        case "order":
            root.kids.reverse()
        case "missing":
            root.kids[1].kids = []
    numbers, found = follower.mirror.check()
    assert follower.replica.checksum(numbers) != found


def test_every_node_gets_its_turn() -> None:
    document = Document()
    root = document.getRootElement()
    root.append(*(document.createElement("p", innerText=f"{number}") for number in range(3 * MOST_NODES)))
    mirror = Mirror.of(document)
    seen: set[int] = set()
    for number in range(4):
        root.setAttribute("title", f"{number}")
        mirror.collect()
        numbers, _ = mirror.check()
        assert mirror.check()[0] is numbers, "once for all viewers"
        assert 0 < len(numbers) <= MOST_NODES
        seen.update(numbers)
    assert seen == set(mirror.nodes)


def test_what_the_page_may_change_by_itself_is_its_own() -> None:
    document = Document()
    editable = document.createElement("div", attributes={"contenteditable": ""})
    editable.append(document.createElement("b", innerText="typed over"))
    document.getRootElement().append(editable, document.createElement("x-map"), document.createElement("p"))
    mirror = Mirror.of(document)
    names = {mirror.nodes[number].nodeName for number in mirror.check()[0]}
    assert names == {"DIV", "P"}
    assert editable._number not in mirror.check()[0]


def test_a_copy_that_is_one_node_stays_one() -> None:
    document = Document()
    prototype = document.createElement("ul")
    prototype.append(*(document.createElement("li", innerText="x") for _ in range(50)))
    document.getRootElement().append(prototype.cloneNode(True))
    mirror = Mirror.of(document)
    before = len(mirror.nodes)
    mirror.check()
    assert len(mirror.nodes) == before


def test_what_left_is_not_asked_for() -> None:
    document = Document()
    paragraph = document.createElement("p", innerText="x")
    document.getRootElement().append(paragraph)
    follower = followed(document)
    with document._lock:
        paragraph.remove()
        follower.mirror.gather()
        numbers, _ = follower.mirror.check()
        follower.mirror.dispose()
    assert numbers == [1]


def test_costs_the_same_however_large_the_document_is() -> None:
    document = Document()
    root = document.getRootElement()
    root.append(*("x" for _ in range(5_000)), "y" * 1_000_000)
    mirror = Mirror.of(document)
    for _ in range(30):
        numbers, _ = mirror.check()
        mirror.forget_snapshot()
        assert len(numbers) <= MOST_NODES
