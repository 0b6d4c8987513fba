"""Which names and texts the DOM allows.

Owns the checks of the standard's "validate" steps. Names repeat a lot, so the
outcome for a valid name is remembered (bounded).
"""

from __future__ import annotations

import re
from functools import lru_cache

from domsync_jupyter.errors import InvalidCharacterError, NamespaceError

__all__ = [
    "HTML",
    "MATHML",
    "SVG",
    "XLINK",
    "XML",
    "XMLNS",
    "attribute_name",
    "foreign_attribute_name",
    "qualified_attribute_name",
    "qualified_tag_name",
    "tag_name",
    "text",
]

HTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

# https://dom.spec.whatwg.org/#valid-element-local-name
# https://dom.spec.whatwg.org/#valid-attribute-local-name
# Browsers that predate these two use XML's Name production, which is narrower; a
# name has to pass in both, or the same program would fail on the page.
_NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_XML_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*")


def _check_name(name: object, what: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{what} must be a str, not {type(name).__name__}")
    if not _XML_NAME.fullmatch(name):
        raise InvalidCharacterError(
            f"{name!r} is not a valid {what}: it must begin with a letter, '_' or ':', "
            "and go on with letters, digits, '-', '_', '.' or ':'"
        )
    return name


@lru_cache(maxsize=4096, typed=True)
def tag_name(name: str) -> str:
    """Check a tag name of an HTML element and return it in lower case.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _lower(_check_name(name, "tag name"))


@lru_cache(maxsize=4096, typed=True)
def attribute_name(name: str) -> str:
    """Check an attribute's name on an HTML element and return it in lower case.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _lower(_check_name(name, "attribute name"))


@lru_cache(maxsize=4096, typed=True)
def foreign_attribute_name(name: str) -> str:
    """Check an attribute's name on an element that is not HTML; its case is kept.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _check_name(name, "attribute name")


def qualified_tag_name(namespace: str | None, qualified_name: str) -> tuple[str | None, str]:
    """Check the two arguments of ``createElementNS``.

    https://dom.spec.whatwg.org/#validate-and-extract
    """
    return _validate_and_extract(namespace, qualified_name, "tag name")


def qualified_attribute_name(namespace: str | None, qualified_name: str) -> tuple[str | None, str]:
    """Check the first two arguments of ``setAttributeNS``.

    https://dom.spec.whatwg.org/#validate-and-extract
    """
    return _validate_and_extract(namespace, qualified_name, "attribute name")


def text(data: object, what: str) -> str:
    """Check that ``data`` is a text which can reach a browser as it is.

    Any character may be in it, NUL and quotes included, except a lone surrogate:
    it has no UTF-8 form, so it cannot be sent.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it contains a lone surrogate.
    """
    if not isinstance(data, str):
        raise TypeError(f"{what} must be a str, not {type(data).__name__}: use str(...)")
    if not data.isascii():
        try:
            data.encode()
        except UnicodeEncodeError as error:
            raise InvalidCharacterError(
                f"{what} contains a lone surrogate (U+{ord(data[error.start]):04X} at index {error.start}), "
                "which cannot be sent: decode the text with errors='replace'"
            ) from error
    return data


def _validate_and_extract(namespace: str | None, qualified_name: str, what: str) -> tuple[str | None, str]:
    if namespace is not None and not isinstance(namespace, str):
        raise TypeError(f"namespace must be a str or None, not {type(namespace).__name__}")
    namespace = namespace or None
    _check_name(qualified_name, what)
    prefix, colon, local = qualified_name.rpartition(":")
    if colon and (not prefix or not local or ":" in prefix or not _XML_NAME.fullmatch(local)):
        raise InvalidCharacterError(f"{qualified_name!r} is not a valid qualified {what}")
    if (
        (prefix and namespace is None)
        or (prefix == "xml" and namespace != XML)
        or (("xmlns" in (prefix, qualified_name)) != (namespace == XMLNS))
    ):
        raise NamespaceError(f"{qualified_name!r} cannot be in the namespace {namespace!r}")
    return namespace, qualified_name


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _lower(name: str) -> str:
    """Lower the ASCII letters only (https://infra.spec.whatwg.org/#ascii-lowercase)."""
    return name.lower() if name.isascii() else name.translate(_ASCII_LOWER)
