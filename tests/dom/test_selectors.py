"""Selectors: where the standard and the browser of tests/browser/test_markup.py differ, states, errors, speed."""

from __future__ import annotations

import time

import pytest

from domsync_jupyter.dom import Document, Element, Node
from domsync_jupyter.dom.parsing import parse_fragment
from domsync_jupyter.dom.selectors import closest, matches, select, select_first
from domsync_jupyter.errors import DOMSyntaxError, NotSupportedError


def document_of(html: str) -> Document:
    document = Document("root")
    root = document.getRootElement()
    root.replaceChildren(*parse_fragment(document, html, root))
    return document


def ids(document: Document, selector: str) -> str:
    return " ".join(element.id for element in select(document.getRootElement(), selector))


@pytest.mark.parametrize(
    ("html", "selector", "expected"),
    [
        # Not in Chromium.
        ("<p id=a><p id=A>", "[id=a s]", "a"),
        ("<input id=a type=HIDDEN><input id=b type=hidden>", "[type=hidden s]", "b"),
        ("<p id=a lang=de><p id=b lang=en-US><p id=c lang>", ':lang("de", en)', "a b"),
        ("<p id=a lang=de-AT><p id=b lang=de-Latn-AT><p id=c lang=at>", ':lang("*-at")', "a b"),
        ("<p id=a lang=de-AT><p id=b lang=de-Latn-AT><p id=c lang=de-x-at>", ':lang("de-at")', "a b"),
        ("<p id=a lang=''><p id=b lang=de><p id=c>", ':lang("")', "a"),
        ("<button id=a></button><select id=b></select><input id=c required>", ":optional", "b"),
        ("<svg id=a viewBox=x></svg>", "[viewBox]", "a"),
        ("<svg id=a viewBox=x></svg>", "[viewbox]", ""),
        # The value that the program set is what counts, as in a browser.
        ("<select><option id=a>x<option id=b selected>y</select>", "option:checked", "b"),
        ("<select><option id=a disabled>x<option id=b>y</select>", "option:checked", "b"),
        ("<select size=2><option id=a>x<option id=b>y</select>", "option:checked", ""),
        ("<select multiple><option id=a selected>x<option id=b selected>y</select>", "option:checked", "a b"),
    ],
)
def test_the_standard(html: str, selector: str, expected: str) -> None:
    assert ids(document_of(html), selector) == expected


def test_live_properties_count() -> None:
    document = document_of(
        "<input id=a type=checkbox><select id=s><option id=b>x<option id=c>y</select><input id=d placeholder=x>"
    )
    box = document.getElementById("a")
    menu = document.getElementById("s")
    field = document.getElementById("d")
    assert box is not None
    assert menu is not None
    assert field is not None
    assert ids(document, ":checked") == "b"
    box.checked = True
    menu.value = "y"
    assert ids(document, ":checked") == "a c"
    assert ids(document, ":placeholder-shown") == "d"
    field.value = "z"
    assert ids(document, ":placeholder-shown") == ""


@pytest.mark.parametrize(
    "selector", ["", "p >", "#1", ":unknown", "::unknown", "ns|p", ":not()", "[a=1]", "p::before b"]
)
def test_what_is_no_selector(selector: str) -> None:
    root = Document().getRootElement()
    for function in (select, select_first, matches, closest):
        with pytest.raises(DOMSyntaxError, match="is not a valid selector") as caught:
            function(root, selector)
        assert caught.value.name == "SyntaxError"


def test_nesting_has_a_limit() -> None:
    root = Document().getRootElement()
    with pytest.raises(DOMSyntaxError, match="nested too deep"):
        select(root, ":not(" * 5000 + "p" + ")" * 5000)


@pytest.mark.parametrize("selector", [":valid", "p:has(:autofill)", ":is(:in-range, p)", ":dir(ltr)"])
def test_what_only_a_page_knows(selector: str) -> None:
    with pytest.raises(NotSupportedError, match="only the page knows"):
        select(Document().getRootElement(), selector)


def test_a_selector_is_a_text() -> None:
    with pytest.raises(TypeError, match="must be a str, not int"):
        select(Document(), 7)  # type: ignore[arg-type]


def test_duplicate_and_detached_ids() -> None:
    document = document_of("<p id=a><b id=a></b></p><p id=a>")
    root = document.getRootElement()
    assert [element._tag for element in select(document, "#a")] == ["p", "b", "p"]
    first = select_first(root, "#a")
    assert first is root.firstElementChild
    assert first is not None
    first.remove()
    assert [element._tag for element in select(document, "#a")] == ["p"]
    assert [element._tag for element in select(first, "#a")] == ["b"]
    assert select(document, "#root") == [root]
    assert select(root, "#root") == []


def test_in_what_is_not_connected() -> None:
    document = Document()
    nodes: list[Node] = parse_fragment(document, "<p class=x><b class=x>", document.createElement("div"))
    (p,) = nodes
    assert isinstance(p, Element)
    (b,) = select(p, ".x")
    assert closest(b, "p") is p
    assert closest(b, ":scope") is b
    assert closest(b, "table") is None
    assert matches(p, ":first-child:last-child")
    assert not matches(p, ":root")
    assert not matches(p, "* > p")


def test_results_follow_changes() -> None:
    document = document_of("<p class=x></p>")
    root = document.getRootElement()
    assert len(select(root, "p.x:nth-child(1)")) == 1
    root.prepend(document.createElement("p", attributes={"class": "x"}))
    assert len(select(root, "p.x:nth-child(n)")) == 2
    root.children[0].className = ""
    assert select(root, ".x:nth-child(2)") == select(root, ".x") == [root.children[1]]


@pytest.mark.parametrize(
    "selector",
    [
        "p:nth-child(3n)",
        "p:nth-last-of-type(2n+1)",
        "p ~ b",
        "p:only-child",
        "b:has(+ p)",
        "a a a a a a a a b",
    ],
)
def test_a_thousand_siblings_are_no_square(selector: str) -> None:
    document = document_of("<p></p>" * 3000 + "<a>" + "<a><i></i>" * 3000)
    start = time.process_time()
    select(document, selector)
    assert time.process_time() - start < 2.0
