"""What would turn data into code, and is therefore refused.

Attributes and elements that carry script are refused unless the document was made
with ``allow_unsafe=True``; see "Safety" in the documentation.
"""

from __future__ import annotations

import re

from domsync_jupyter.errors import SecurityError

__all__ = ["check_attribute", "check_tag"]

# Elements whose text or address runs, or which change how the page resolves addresses.
_TAGS = frozenset(
    {"script", "base", "meta", "object", "embed", "applet", "frame", "frameset", "link", "noscript"}
)

# Attributes whose value is an address that is followed (https://html.spec.whatwg.org/#attributes-3).
_ADDRESSES = frozenset(
    {
        "action",
        "cite",
        "data",
        "formaction",
        "href",
        "manifest",
        "ping",
        "poster",
        "src",
        "xlink:href",
        "background",
    }
)
# SVG's animation elements can write an address into another attribute.
_ANIMATED = frozenset({"from", "to", "by", "values"})

_SCHEME = re.compile(
    # Browsers drop tabs and line breaks anywhere in an address, and control characters before it.
    r"[\x00-\x20]*(?:"
    + "|".join(r"[\t\r\n]*".join(name) for name in ("javascript", "vbscript"))
    + r")[\t\r\n]*:",
    re.IGNORECASE,
)
_DATA_DOCUMENT = re.compile(
    r"[\x00-\x20]*data:(?!image/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,])(?!(?:audio|video|font)/)",
    re.IGNORECASE,
)
_DATA_IS_DOCUMENT = frozenset({"iframe", "use", "a", "form", "area", "button", "input"})


def check_tag(tag: str) -> None:
    """Refuse an element that carries code.

    Args:
        tag: Local name in lower case.

    Raises:
        SecurityError: If it does.
    """
    if tag in _TAGS:
        raise SecurityError(
            f"<{tag}> is refused: it can bring code into the page. Use addEventListener for behaviour, <style> for "
            "style, or Document(allow_unsafe=True) if you trust everything that the document is made of"
        )


def check_attribute(tag: str, name: str, value: str) -> None:
    """Refuse an attribute that carries code.

    Args:
        tag: Local name of the element, in lower case.
        name: Qualified name of the attribute, in lower case.
        value: Its value.

    Raises:
        SecurityError: If it does.
    """
    if name.startswith("on"):
        raise SecurityError(
            f"attribute {name!r} is refused: its value would run as code. Use addEventListener({name[2:]!r}, callback)"
        )
    if name == "srcdoc":
        raise SecurityError("attribute 'srcdoc' is refused: its value is a document with scripts of its own")
    if name in _ADDRESSES or name.endswith(":href"):
        if _SCHEME.match(value):
            raise SecurityError(f"attribute {name!r} is refused: {value[:40]!r} is a script address")
        if tag in _DATA_IS_DOCUMENT and _DATA_DOCUMENT.match(value):
            raise SecurityError(f"attribute {name!r} is refused: {value[:40]!r} is a document of its own")
    elif name in _ANIMATED and any(_SCHEME.match(part) for part in value.split(";")):
        raise SecurityError(f"attribute {name!r} is refused: {value[:40]!r} has a script address")


#: Names that `check_attribute` has something to say about, for a test that costs nothing.
SENSITIVE = _ADDRESSES | _ANIMATED | {"srcdoc"}
