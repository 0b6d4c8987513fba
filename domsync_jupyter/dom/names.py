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
    "local",
    "qualified_attribute_name",
    "qualified_tag_name",
    "tag_name",
    "text",
    "upper",
]

HTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
MATHML = "http://www.w3.org/1998/Math/MathML"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

# https://dom.spec.whatwg.org/#valid-element-local-name
_ELEMENT = re.compile(r"[A-Za-z][^\t\n\f\r \0/>]*|[:_\x80-\U0010ffff][A-Za-z0-9\-.:_\x80-\U0010ffff]*")
# https://dom.spec.whatwg.org/#valid-attribute-local-name
_ATTRIBUTE = re.compile(r"[^\t\n\f\r \0/=>]+")
# https://dom.spec.whatwg.org/#valid-namespace-prefix
_PREFIX = re.compile(r"[^\t\n\f\r \0/>]+")


def _check_name(name: object, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{what} must be a str, not {type(name).__name__}")
    if not pattern.fullmatch(name):
        raise InvalidCharacterError(
            f"{name!r} is not a valid {what}: "
            + (
                "it must not be empty, nor contain white space, NUL, '/', '=' or '>'"
                if pattern is _ATTRIBUTE
                else "it must begin with a letter, and not contain white space, NUL, '/' or '>'"
            )
        )
    return text(name, what)


@lru_cache(maxsize=4096, typed=True)
def tag_name(name: str) -> str:
    """Check a tag name of an HTML element and return it in lower case.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _lower(_check_name(name, _ELEMENT, "tag name"))


@lru_cache(maxsize=4096, typed=True)
def attribute_name(name: str) -> str:
    """Check an attribute's name on an HTML element and return it in lower case.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _lower(_check_name(name, _ATTRIBUTE, "attribute name"))


@lru_cache(maxsize=4096, typed=True)
def foreign_attribute_name(name: str) -> str:
    """Check an attribute's name on an element that is not HTML; its case is kept.

    Raises:
        TypeError: If it is not a ``str``.
        InvalidCharacterError: If it is not a name.
    """
    return _check_name(name, _ATTRIBUTE, "attribute name")


def qualified_tag_name(namespace: str | None, qualified_name: str) -> tuple[str | None, str]:
    """Check the two arguments of ``createElementNS``.

    https://dom.spec.whatwg.org/#validate-and-extract
    """
    return _validate_and_extract(namespace, qualified_name, _ELEMENT, "tag name")


def qualified_attribute_name(namespace: str | None, qualified_name: str) -> tuple[str | None, str]:
    """Check the first two arguments of ``setAttributeNS``.

    https://dom.spec.whatwg.org/#validate-and-extract
    """
    return _validate_and_extract(namespace, qualified_name, _ATTRIBUTE, "attribute name")


def local(qualified_name: str) -> str:
    """The local name in a qualified name of a node that has a namespace."""
    return qualified_name.partition(":")[2] or qualified_name


def upper(name: str) -> str:
    """Raise the ASCII letters only (https://infra.spec.whatwg.org/#ascii-uppercase)."""
    return name.upper() if name.isascii() else name.translate(_ASCII_UPPER)


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


def _validate_and_extract(
    namespace: str | None, qualified_name: str, pattern: re.Pattern[str], what: str
) -> tuple[str | None, str]:
    if namespace is not None:
        namespace = text(namespace, "namespace") or None
    if not isinstance(qualified_name, str):
        raise TypeError(f"{what} must be a str, not {type(qualified_name).__name__}")
    # The standard splits at each colon and takes the first two parts.
    prefix, local = [*qualified_name.split(":"), ""][:2]
    if ":" not in qualified_name:
        prefix, local = "", qualified_name
    elif not _PREFIX.fullmatch(prefix):
        raise InvalidCharacterError(
            f"{qualified_name!r} is not a valid qualified {what}: {prefix!r} is no prefix"
        )
    _check_name(local, pattern, what)
    text(qualified_name, what)
    if (
        (prefix and namespace is None)
        or (prefix == "xml" and namespace != XML)
        or (("xmlns" in (prefix, qualified_name)) != (namespace == XMLNS))
    ):
        raise NamespaceError(f"{qualified_name!r} cannot be in the namespace {namespace!r}")
    return namespace, f"{prefix}:{local}" if prefix else local


_ASCII_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
_ASCII_UPPER = {small: capital for capital, small in _ASCII_LOWER.items()}


def _lower(name: str) -> str:
    """Lower the ASCII letters only (https://infra.spec.whatwg.org/#ascii-lowercase)."""
    return name.lower() if name.isascii() else name.translate(_ASCII_LOWER)
