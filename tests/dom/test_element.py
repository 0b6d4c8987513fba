"""`Element`: names, attributes, text, values."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter.dom import Document, Element
from domsync_jupyter.dom import element as element_module
from domsync_jupyter.dom.names import HTML, SVG, XLINK, XMLNS
from domsync_jupyter.errors import (
    DOMSyntaxError,
    HierarchyRequestError,
    InvalidCharacterError,
    NamespaceError,
    SecurityError,
)
from tests.dom.trees import Family, below, sketch


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
def p(document: Document) -> Element:
    return document.createElement("p")


# Names


def test_names(document: Document) -> None:
    html = document.createElement("X-Thing")
    assert (html.tagName, html.nodeName, html.localName, html.prefix, html.namespaceURI) == (
        "X-THING", "X-THING", "x-thing", None, HTML
    )  # fmt: skip
    svg = document.createElementNS(SVG, "s:linearGradient")
    assert (svg.tagName, svg.localName, svg.prefix, svg.namespaceURI) == (
        "s:linearGradient", "linearGradient", "s", SVG
    )  # fmt: skip
    none = document.createElementNS("", "a")
    assert (none.tagName, none.namespaceURI) == ("a", None)


def test_repr(document: Document) -> None:
    assert repr(document.createElement("p")) == "<p>"
    assert repr(document.createElement("p", id="x")) == "<p id='x'>"


def test_what_an_element_is_made_with(document: Document) -> None:
    made: Any = document.createElement("input", "i", "text", "typed", {"title": "t", "id": "overwritten"})
    assert (made.id, made.innerText, made.value, made.getAttribute("title")) == ("i", "text", "typed", "t")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"tagName": "a b"}, InvalidCharacterError), ({"tagName": 1}, TypeError),
        ({"tagName": "p", "id": 1.5j}, TypeError),
        ({"tagName": "p", "innerText": 1}, TypeError),
        ({"tagName": "p", "attributes": {"a b": ""}}, InvalidCharacterError),
        ({"tagName": "p", "attributes": {"onclick": ""}}, SecurityError),
        ({"tagName": "script"}, SecurityError),
        ({"tagName": "SCRIPT"}, SecurityError),
    ],
)  # fmt: skip
def test_what_it_cannot_be_made_with(
    document: Document, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        document.createElement(**arguments)


def test_typing_errors_do_not_vanish(p: Element) -> None:
    with pytest.raises(AttributeError, match="innerText"):
        p.innertext = "x"
    with pytest.raises(AttributeError):
        p.childNodes = []  # type: ignore[misc]  # likewise


# Attributes


def test_attributes(p: Element) -> None:
    assert p.getAttribute("title") is None
    assert p.getAttribute("title", "default") == "default"
    assert not p.hasAttributes()
    p.setAttribute("Title", "x")
    p.setAttribute("a", "")
    assert p.getAttribute("TITLE") == "x"
    assert p.getAttribute("a") == ""
    assert p.hasAttribute("a")
    assert p.getAttributeNames() == ["title", "a"]
    assert p.attributes == {"title": "x", "a": ""}
    p.setAttribute("title", "y")
    assert p.getAttributeNames() == ["title", "a"]
    p.removeAttribute("tiTLE")
    p.removeAttribute("there is none")
    assert p.attributes == {"a": ""}
    p.attributes.clear()
    assert p.hasAttributes()


def test_case_of_names(document: Document) -> None:
    svg = document.createElementNS(SVG, "svg")
    svg.setAttribute("viewBox", "0 0 1 1")
    assert svg.getAttribute("viewBox") == "0 0 1 1"
    assert svg.getAttribute("viewbox") is None
    p = document.createElement("p")
    p.setAttribute("\u00c4B", "x")
    assert p.getAttributeNames() == ["\u00c4b"], "only ASCII letters are lowered"


def test_toggle_attribute(p: Element) -> None:
    assert p.toggleAttribute("hidden")
    assert p.getAttribute("hidden") == ""
    assert p.toggleAttribute("hidden", True)
    assert not p.toggleAttribute("hidden")
    assert not p.toggleAttribute("hidden", False)
    assert not p.hasAttribute("hidden")


def test_attributes_with_namespaces(p: Element) -> None:
    p.setAttributeNS(XLINK, "xlink:href", "#a")
    p.setAttributeNS(XLINK, "other:href", "#b")
    assert p.getAttributeNames() == ["xlink:href"], "the same attribute keeps its prefix"
    assert p.getAttributeNS(XLINK, "href") == p.getAttribute("xlink:href") == "#b"
    p.setAttributeNS(None, "href", "#c")
    assert (p.getAttributeNS(None, "href"), p.getAttributeNS("", "href"), p.getAttribute("href")) == (
        "#c",
    ) * 3
    p.setAttribute("xlink:href", "#d")
    assert p.getAttributeNS(XLINK, "href") == "#d" or p.getAttributeNS(None, "xlink:href") == "#d"
    p.removeAttributeNS(XLINK, "href")
    assert not p.hasAttributeNS(XLINK, "href")
    assert p.getAttributeNS(None, "href") == "#c"
    p.removeAttributeNS(XLINK, "href")


@pytest.mark.parametrize(
    ("namespace", "name", "error"),
    [
        (None, "a:b", NamespaceError), ("urn:x", "xml:b", NamespaceError), ("urn:x", "xmlns", NamespaceError),
        ("urn:x", "xmlns:b", NamespaceError), (XMLNS, "b", NamespaceError),
        ("urn:x", ":b", InvalidCharacterError),
        ("urn:x", "a:", InvalidCharacterError), ("urn:x", "", InvalidCharacterError),
        (None, "a b", InvalidCharacterError),
        (1, "a", TypeError), (None, 1, TypeError), ("\ud800", "a:b", InvalidCharacterError),
    ],
)  # fmt: skip
def test_names_that_do_not_go_together(
    document: Document, namespace: Any, name: Any, error: type[Exception]
) -> None:
    p = document.createElement("p")
    with pytest.raises(error):
        p.setAttributeNS(namespace, name, "x")
    assert p.attributes == {}
    with pytest.raises(error):
        document.createElementNS(namespace, name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (-1, "-1"), (10**20, "100000000000000000000"), (True, "true"), (False, "false"),
        (1.0, "1"), (1.5, "1.5"),
        (-0.0, "0"), (0.1, "0.1"), (1e21, "1e+21"), (1e-7, "1e-7"), (1e100, "1e+100"),
        (123456789012345680000.0, "123456789012345680000"),
        (float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity"),
    ],
)  # fmt: skip
def test_numbers_become_text_as_in_javascript(p: Element, value: Any, text: str) -> None:
    p.setAttribute("a", value)
    assert p.getAttribute("a") == text


def test_id_and_class(p: Element) -> None:
    assert (p.id, p.className) == ("", "")
    p.id, p.className = "i", "a b"
    assert p.attributes == {"id": "i", "class": "a b"}


def test_an_error_changes_nothing() -> None:
    family = Family()
    a = family.a
    for error, name, value in (
        (InvalidCharacterError, "a b", "x"), (InvalidCharacterError, "a", "\ud800"),
        (TypeError, "a", None), (TypeError, "a", b"x"),
        (TypeError, 1, "x"), (SecurityError, "onclick", "x"), (SecurityError, "href", "javascript:x"),
    ):  # fmt: skip
        family.unchanged_after(error, lambda: a.setAttribute(name, value))  # type: ignore[arg-type]  # noqa: B023 - called at once
        assert a.attributes == {"id": "a"}


# Text


def test_text_content() -> None:
    family = Family()
    family.b.append("x", family.document.createComment("not this"), "y")
    family.root.append("z")
    assert family.root.textContent == "xyz"
    assert family.document.textContent is None
    family.a.textContent = None
    assert below(family.a) == ""
    fragment = family.document.createDocumentFragment()
    fragment.textContent = "x"
    assert below(fragment) == "'x'"


def test_inner_text_breaks_lines(p: Element) -> None:
    p.innerText = "a\nb\r\nc\rd\n"
    assert sketch(p) == "p('a' br 'b' br 'c' br 'd' br)"
    assert p.innerText == "a\nb\nc\nd\n"
    p.innerText = "\n\n"
    assert sketch(p) == "p(br br)"
    p.innerText = ""
    assert sketch(p) == "p"
    p.innerText = None
    assert p.innerText == ""


@pytest.mark.parametrize("text", ["a\nb", "a"])
def test_text_must_be_text(text: str) -> None:
    family = Family()
    for bad in (text + "\ud800", 1, b"x"):
        error = InvalidCharacterError if isinstance(bad, str) else TypeError
        family.unchanged_after(error, lambda: setattr(family.a, "innerText", bad))  # noqa: B023 - called at once
        family.unchanged_after(error, lambda: setattr(family.a, "textContent", bad))  # noqa: B023 - called at once


# Copies, and what is next to it


def test_clone() -> None:
    family = Family()
    family.a.setAttribute("title", "x")
    family.a.addEventListener("click", print)
    family.b.textContent = "text"
    shallow: Any = family.a.cloneNode()
    deep: Any = family.a.cloneNode(True)
    assert (sketch(shallow), sketch(deep)) == ("a", "a(b('text') c)")
    assert deep.getAttribute("title") == "x"
    assert deep.parentNode is None
    assert not deep._listeners
    assert family.document.getElementById("a") is family.a
    deep.firstChild.textContent = "other"
    deep.setAttribute("title", "y")
    assert family.b.textContent == "text"
    assert family.a.getAttribute("title") == "x"


def test_clone_keeps_what_was_typed(document: Document) -> None:
    control: Any = document.createElement("input", value="typed")
    control.checked = True
    copy = control.cloneNode()
    assert (copy.value, copy.checked) == ("typed", True)
    copy.value = "other"
    assert control.value == "typed"


def test_insert_adjacent() -> None:
    family = Family()
    d = family.d
    for where in ("beforebegin", "afterbegin", "beforeend", "AfterEnd"):
        d.insertAdjacentText(where, where.lower())
    assert below(family.root) == "a(b c) 'beforebegin' d('afterbegin' 'beforeend') 'afterend' e"
    assert d.insertAdjacentElement("afterbegin", family.e) is family.e
    assert d.firstChild is family.e
    family.unchanged_after(DOMSyntaxError, lambda: d.insertAdjacentText("nowhere", "x"))
    family.unchanged_after(
        HierarchyRequestError, lambda: family.root.insertAdjacentElement("afterend", family.e)
    )
    family.unchanged_after(TypeError, lambda: d.insertAdjacentElement("afterbegin", "x"))  # type: ignore[arg-type]  # that is the point
    alone = family.document.createElement("p")
    assert alone.insertAdjacentElement("beforebegin", family.e) is None
    assert family.e.parentNode is d


# Values


def test_value_of_an_input(document: Document) -> None:
    control: Any = document.createElement("input")
    assert control.value == ""
    control.setAttribute("value", "default")
    assert control.value == "default"
    control.value = "typed"
    assert (control.value, control.getAttribute("value")) == ("typed", "default")
    control.setAttribute("value", "other")
    assert control.value == "typed"
    control.value = None
    assert control.value == ""


def test_value_of_a_textarea(document: Document) -> None:
    control: Any = document.createElement("textarea", innerText="default")
    assert control.value == "default"
    control.value = "typed"
    control.textContent = "other"
    assert (control.value, control.textContent) == ("typed", "other")


def test_value_of_a_button_is_an_attribute(document: Document) -> None:
    button: Any = document.createElement("button", value="x")
    assert button.getAttribute("value") == button.value == "x"


def test_checked(document: Document) -> None:
    box: Any = document.createElement("input", attributes={"type": "checkbox"})
    assert not box.checked
    box.setAttribute("checked", "")
    assert box.checked
    box.checked = False
    assert not box.checked
    assert box.hasAttribute("checked")


def test_value_of_a_select(document: Document) -> None:
    select: Any = document.createElement("select")
    assert select.value == ""
    for name in "abc":
        select.append(document.createElement("option", innerText=name.upper(), value=name))
    select.append(document.createElement("option", innerText="  D  "))
    assert select.value == "a"
    select.value = "c"
    assert select.value == "c"
    select.value = "D"
    assert select.value == "D"


def test_elements_that_share_attributes_do_not_share_changes(document: Document) -> None:
    first, second, third = (document.createElement("p", attributes={"class": "same"}) for _ in range(3))
    first.className = "other"
    second.removeAttribute("class")
    third.setAttribute("title", "t")
    fourth = document.createElement("p", attributes={"class": "same"})
    assert [dict(each.attributes) for each in (first, second, third, fourth)] == [
        {"class": "other"},
        {},
        {"class": "same", "title": "t"},
        {"class": "same"},
    ]


def test_what_is_shared_is_little() -> None:
    """Values that a program makes up stay nowhere when their elements are gone."""
    document = Document()
    for number in range(1000):
        document.createElement("p", attributes={"data-made-up": str(number)})
        document.createElement("p", attributes={"data-long": "x" * 1000 + str(number)})
    assert len(element_module._PLAIN["data-made-up"]) <= 64
    assert not element_module._PLAIN["data-long"]
