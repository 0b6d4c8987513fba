"""Whatever a text holds, it arrives as it is and does nothing else; or it is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document, DOMException
from domsync_jupyter.dom import CharacterData, Element
from domsync_jupyter.errors import InvalidCharacterError
from domsync_jupyter.sync.mirror import Mirror
from tests.sync.follower import Follower
from tests.sync.programs import peek, replica_canonical

NASTY = [
    "", " ", "\t\n\r\f", "'", '"', "`", "\\", "\\u0041", "\\\\", "${alert(1)}", "`${1}`",
    "</script><script>x", "<!--", "-->",
    "<![CDATA[", "]]>", "<b onclick=x>", "&amp;", "&", "&#0;", "\x00", "\x00\x00a", "\x01\x1f\x7f\x80\x9f",
    "\ufeff", "\ufffe\uffff",
    "\u2028\u2029", "\u202e\u200b", "\N{GRINNING FACE}", "\N{FAMILY}\u200d\N{COMBINING ACUTE ACCENT}",
    "\U0010ffff", "javascript:x",
    "{{x}}", "%s %d {0}", "0", "-0", "null", "undefined", "[object Object]", "__proto__", "constructor",
    "a" * 100_000, '["p"]', "[2,1,0]",
]  # fmt: skip
LONE = ["\ud800", "\udfff", "a\udc00b", "\ud83d", "\ude00", "\udc80"]

# Lone surrogates too, now and then.
any_text = st.text(st.characters(exclude_categories=()), max_size=20)
#: How a text may get into a document, besides the element that it gets into.
WAYS: dict[str, Any] = {
    "textContent": lambda e, text: setattr(e, "textContent", text),
    "innerText": lambda e, text: setattr(e, "innerText", text),
    "append": lambda e, text: e.append(text),
    "prepend": lambda e, text: e.prepend(text),
    "replaceChildren": lambda e, text: e.replaceChildren(text),
    "text node": lambda e, text: e.append(e.ownerDocument.createTextNode(text)),
    "comment": lambda e, text: e.append(e.ownerDocument.createComment(text)),
    "data": lambda e, text: setattr(e.firstChild, "data", text),
    "attribute": lambda e, text: e.setAttribute("title", text),
    "attribute with a namespace": lambda e, text: e.setAttributeNS("urn:x", "x:y", text),
    "id": lambda e, text: setattr(e, "id", text),
    "className": lambda e, text: setattr(e, "className", text),
    "value": lambda e, text: setattr(e.lastChild, "value", text),
    "createElement": lambda e, text: e.append(
        e.ownerDocument.createElement(
            "input", id=text, innerText=text, value=text, attributes={"title": text}
        )
    ),
}


class Stage:
    """An element with a text and a control in it, and a viewer."""

    def __init__(self) -> None:
        self.document = Document()
        self.element = self.document.createElement("p")
        self.element.append("text", self.document.createElement("input"))
        self.document.getRootElement().append(self.element)
        self.follower = Follower(Mirror.of(self.document))
        self.follower.check()

    def do(self, way: str, text: str) -> None:
        """It arrives, or is refused and changes nothing."""
        before = peek(self.element)
        if is_sendable(text):
            WAYS[way](self.element, text)
        else:
            with pytest.raises(InvalidCharacterError, match="surrogate"):
                WAYS[way](self.element, text)
            assert peek(self.element) == before
            assert self.follower.ops() == []
        self.follower.check()


def is_sendable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [*NASTY, *LONE], ids=lambda text: ascii(text)[:20])
def test_nasty_texts(way: str, text: str) -> None:
    Stage().do(way, text)


@given(st.lists(st.tuples(st.sampled_from([*WAYS]), any_text), max_size=5))
def test_any_texts(steps: list[tuple[str, str]]) -> None:
    stage = Stage()
    for way, text in steps:
        if way == "data" and not isinstance(stage.element.firstChild, CharacterData):
            continue
        if way == "value" and not isinstance(stage.element.lastChild, Element):
            continue
        stage.do(way, text)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "value", [b"bytes", 1.5j, ["x"], {"a": 1}, object()], ids=lambda value: type(value).__name__
)
def test_what_is_no_text_is_refused(way: str, value: Any) -> None:
    stage = Stage()
    before = peek(stage.element)
    with pytest.raises(TypeError):
        WAYS[way](stage.element, value)
    assert peek(stage.element) == before
    assert stage.follower.ops() == []


@given(any_text)
def test_any_name_is_a_name_or_refused(name: str) -> None:
    """A name that is refused in Python would be a fault in the page, and the other way round."""
    stage = Stage()
    document, element = stage.document, stage.element
    before = peek(element)
    ways: list[Callable[[], None]] = [
        lambda: element.append(document.createElement(name)),
        lambda: element.append(document.createElementNS("urn:x", name)),
        lambda: element.append(document.createElement("p", attributes={name: "x"})),
        lambda: element.setAttribute(name, "x"),
        lambda: element.setAttributeNS("urn:x", name, "x"),
    ]
    for way in ways:
        try:
            way()
        except DOMException:
            assert peek(element) == before
        before = peek(element)
    stage.follower.check()


@pytest.mark.parametrize(
    "name", ["", " ", "a b", ">", "a>", "a/", "\x00", "a\x00", "\ud800", "a\ud800", "\n", "a\n"], ids=ascii
)
def test_names_that_are_none(name: str) -> None:
    """https://dom.spec.whatwg.org/#valid-element-local-name, and that of attributes"""
    stage = Stage()
    for refused in (
        lambda: stage.document.createElement(name),
        lambda: stage.document.createElementNS(None, name),
        lambda: stage.document.createElement("p", attributes={name: "x"}),
        lambda: stage.element.setAttributeNS(None, name, "x"),
    ):
        with pytest.raises(InvalidCharacterError):
            refused()


@pytest.mark.parametrize("name", ["1a", "-a", ".a", "&", "<", '"', "'", "`", "=", "\x7f"], ids=ascii)
def test_names_that_no_element_has(name: str) -> None:
    with pytest.raises(InvalidCharacterError):
        Document().createElement(name)


def test_names_that_no_attribute_has() -> None:
    for name in ("=", "a=b"):
        with pytest.raises(InvalidCharacterError):
            Document().createElement("p").setAttribute(name, "x")


@given(any_text)
def test_ids_are_found(id: str) -> None:
    document = Document()
    try:
        element = document.createElement("p", id=id)
    except InvalidCharacterError:
        assert not is_sendable(id)
        return
    document.getRootElement().append(element)
    assert document.getElementById(id, strict=False) is (element if id else None)


@given(st.lists(st.tuples(any_text, any_text), max_size=4))
def test_snapshots_carry_any_text(texts: list[tuple[str, str]]) -> None:
    document = Document()
    root = document.getRootElement()
    for title, text in texts:
        try:
            root.append(document.createElement("p", innerText=text, attributes={"title": title}))
        except InvalidCharacterError:
            assert not (is_sendable(title) and is_sendable(text))
    follower = Follower(Mirror.of(document))
    follower.pump()
    assert replica_canonical(follower.replica.root) == peek(root)
