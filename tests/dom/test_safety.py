"""What would turn data into code is refused, wherever it is put in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domsync_jupyter.dom import Document, safety
from domsync_jupyter.dom.names import SVG, XLINK
from domsync_jupyter.errors import SecurityError

CODE_ADDRESSES = [
    "javascript:x", "JavaScript:x", " javascript:x", "\x01javascript:x", "\x1f javascript:x",
    "java\nscript:x", "j\ta\rv\nascript:x",
    "javascript\t:x", "vbscript:x", "JAVASCRIPT:", "\tjavascript:x", "javascript\n:x",
]  # fmt: skip
DOCUMENT_ADDRESSES = [
    "data:text/html,x", "data:text/html;base64,x", " data:text/html,x", "DATA:TEXT/HTML,x",
    "da\tta:text/html,x", "data:image/svg+xml,x",
    "data:application/xhtml+xml,x", "data:text/xml,x", "data:x", "data:text/ht\nml,x",
]  # fmt: skip
HARMLESS_ADDRESSES = [
    "", "#a", "/a", "a.html", "https://example.org/javascript:x", "?javascript:x", "mailto:a@example.org",
    "javascript", "java script:x",
    "\u00a0javascript:x", "data:image/png;base64,AAAA", "data:text/plain,x",
]  # fmt: skip


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.mark.parametrize(
    "tag",
    ["script", "SCRIPT", "Script", "base", "meta", "object", "embed", "link", "noscript", "frame", "applet"],
)
def test_elements_that_carry_code(document: Document, tag: str) -> None:
    with pytest.raises(SecurityError, match="allow_unsafe"):
        document.createElement(tag)
    for namespace in (SVG, None, "urn:x"):
        for name in (tag, f"p:{tag}"):
            if namespace is None and ":" in name:
                continue
            with pytest.raises(SecurityError):
                document.createElementNS(namespace, name)
    assert Document(allow_unsafe=True).createElement(tag).localName == tag.lower()


@pytest.mark.parametrize("name", ["onclick", "ONCLICK", "OnLoad", "onx", "on", "onfocusin", "onbegin"])
def test_event_handlers(document: Document, name: str) -> None:
    for element in (
        document.createElement("p"),
        document.createElementNS(SVG, "svg"),
        document.getRootElement(),
    ):
        before = element.attributes
        for put in (
            lambda: element.setAttribute(name, "x"),  # noqa: B023 - called at once
            lambda: element.setAttributeNS(None, name, "x"),  # noqa: B023 - called at once
            lambda: element.toggleAttribute(name),  # noqa: B023 - called at once
        ):
            with pytest.raises(SecurityError, match="addEventListener"):
                put()
        assert element.attributes == before
    with pytest.raises(SecurityError):
        document.createElement("p", attributes={name: "x"})
    Document(allow_unsafe=True).createElement("p").setAttribute(name, "x")


def test_names_that_only_look_like_it(document: Document) -> None:
    p = document.createElement("p")
    for name in ("data-onclick", "o", "aria-on", "xon"):
        p.setAttribute(name, "x")
    assert len(p.attributes) == 4


@pytest.mark.parametrize("address", CODE_ADDRESSES, ids=ascii)
@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("a", "href"),
        ("form", "action"),
        ("button", "formaction"),
        ("iframe", "src"),
        ("area", "HREF"),
        ("use", "xlink:href"),
    ],
)
def test_addresses_that_are_code(document: Document, tag: str, name: str, address: str) -> None:
    element = document.createElement(tag)
    with pytest.raises(SecurityError):
        element.setAttribute(name, address)
    assert element.attributes == {}
    unsafe = Document(allow_unsafe=True).createElement(tag)
    unsafe.setAttribute(name, address)
    assert unsafe.getAttribute(name) == address


@pytest.mark.parametrize("address", CODE_ADDRESSES, ids=ascii)
def test_addresses_in_svg(document: Document, address: str) -> None:
    link = document.createElementNS(SVG, "a")
    ways: list[Callable[[], None]] = [
        lambda: link.setAttribute("href", address), lambda: link.setAttributeNS(XLINK, "xlink:href", address),
        lambda: link.setAttributeNS(XLINK, "x:href", address),
        lambda: link.setAttributeNS(XLINK, "href", address),
        lambda: document.createElementNS(SVG, "animate").setAttribute("to", address),
        lambda: document.createElementNS(SVG, "animate").setAttribute("values", f"#a; {address}"),
        lambda: document.createElementNS(SVG, "set").setAttribute("to", address),
    ]  # fmt: skip
    for put in ways:
        with pytest.raises(SecurityError):
            put()
    assert link.attributes == {}


@pytest.mark.parametrize("name", ["href", "xlink:href", " href ", "HREF", "onclick"])
def test_animations_of_what_can_be_code(document: Document, name: str) -> None:
    for tag in ("animate", "set"):
        with pytest.raises(SecurityError):
            document.createElementNS(SVG, tag).setAttribute("attributeName", name)
    document.createElementNS(SVG, "animate").setAttribute("attributeName", "width")


@pytest.mark.parametrize("address", DOCUMENT_ADDRESSES, ids=ascii)
@pytest.mark.parametrize("tag", ["iframe", "a", "form"])
def test_addresses_that_are_documents(document: Document, tag: str, address: str) -> None:
    name = {"iframe": "src", "a": "href", "form": "action"}[tag]
    with pytest.raises(SecurityError):
        document.createElement(tag).setAttribute(name, address)


def test_pictures_may_be_data(document: Document) -> None:
    for address in ("data:image/png;base64,AAAA", "data:image/svg+xml,<svg/>"):
        document.createElement("img").setAttribute("src", address)


@pytest.mark.parametrize("address", HARMLESS_ADDRESSES, ids=ascii)
def test_harmless_addresses(document: Document, address: str) -> None:
    for tag, name in (("a", "href"), ("img", "src"), ("form", "action")):
        element = document.createElement(tag)
        element.setAttribute(name, address)
        assert element.getAttribute(name) == address


def test_srcdoc(document: Document) -> None:
    with pytest.raises(SecurityError):
        document.createElement("iframe").setAttribute("srcdoc", "<p>harmless")


def test_checks_are_fast_for_long_addresses() -> None:
    safety.check_attribute("img", "src", "data:image/png;base64," + "A" * 5_000_000)
    safety.check_attribute("a", "href", "j" + "\n" * 5_000_000)
