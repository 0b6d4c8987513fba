"""Which names and texts the DOM allows."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter.dom import names
from domsync_jupyter.errors import InvalidCharacterError, NamespaceError


@pytest.mark.parametrize(
    ("name", "lowered"),
    [
        ("P", "p"),
        ("x-Thing", "x-thing"),
        ("H1", "h1"),
        ("a\u00c4", "a\u00c4"),
        ("_x", "_x"),
        (":X", ":x"),
        ("K", "k"),
    ],
)
def test_tag_names(name: str, lowered: str) -> None:
    assert names.tag_name(name) == lowered


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a\n", "a/", "a>", "1", "-a", ".", "<a", "\x00", "a\ud800", "\u00e9 "]
)
def test_tag_names_that_are_none(name: str) -> None:
    with pytest.raises(InvalidCharacterError, match="tag name"):
        names.tag_name(name)


@pytest.mark.parametrize(
    ("name", "lowered"),
    [
        ("Title", "title"),
        ("data-X", "data-x"),
        ("1", "1"),
        ("@click", "@click"),
        ("a:B", "a:b"),
        ("\u00c4", "\u00c4"),
    ],
)
def test_attribute_names(name: str, lowered: str) -> None:
    assert names.attribute_name(name) == lowered
    assert names.foreign_attribute_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "a b", "a=b", "a/b", "a>b", "a\x0c", "a\x00", "\ud800"])
def test_attribute_names_that_are_none(name: str) -> None:
    with pytest.raises(InvalidCharacterError, match="attribute name"):
        names.attribute_name(name)
    with pytest.raises(InvalidCharacterError, match="attribute name"):
        names.foreign_attribute_name(name)


@pytest.mark.parametrize("check", [names.tag_name, names.attribute_name, names.foreign_attribute_name])
@pytest.mark.parametrize("name", [None, 1, True, b"p", 1.0])
def test_names_are_texts(check: Any, name: Any) -> None:
    # What is remembered of a name must not depend on what equals it: True == 1 == 1.0.
    with pytest.raises(TypeError, match="must be a str"):
        check(name)


def test_a_name_that_is_refused_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(InvalidCharacterError):
            names.tag_name("a b")


@pytest.mark.parametrize(
    ("namespace", "name", "result"),
    [
        ("", "a", (None, "a")), (None, "a", (None, "a")), (names.SVG, "svg", (names.SVG, "svg")),
        ("urn:x", "p:q", ("urn:x", "p:q")),
        (names.XML, "xml:lang", (names.XML, "xml:lang")), (names.XMLNS, "xmlns", (names.XMLNS, "xmlns")),
        (names.XMLNS, "xmlns:x", (names.XMLNS, "xmlns:x")),
    ],
)  # fmt: skip
def test_qualified_names(namespace: str | None, name: str, result: tuple[str | None, str]) -> None:
    assert names.qualified_attribute_name(namespace, name) == result
    assert names.qualified_tag_name(namespace, name) == result


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        (None, "p:q"),
        ("", "p:q"),
        ("urn:x", "xml:q"),
        ("urn:x", "xmlns"),
        ("urn:x", "xmlns:q"),
        (names.XMLNS, "q"),
        (names.XMLNS, "p:q"),
    ],
)
def test_names_and_namespaces_that_do_not_go_together(namespace: str | None, name: str) -> None:
    with pytest.raises(NamespaceError):
        names.qualified_attribute_name(namespace, name)
    with pytest.raises(NamespaceError):
        names.qualified_tag_name(namespace, name)


def test_texts() -> None:
    for text in ("", "x", "\x00", "\ufffe", "\U0010ffff"):
        assert names.text(text, "it") is text
    with pytest.raises(InvalidCharacterError, match=r"it contains a lone surrogate \(U\+D800 at index 1\)"):
        names.text("\u00e4\ud800", "it")
    with pytest.raises(TypeError, match="it must be a str, not int"):
        names.text(1, "it")
