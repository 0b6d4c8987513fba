"""What would turn data into code, and is therefore refused.

Elements and attributes that carry script are refused unless the document was made with
``allow_unsafe=True``. The rules look at names and values alone, never at where a node is or in which namespace,
so that they hold wherever it is moved, and for its markup when another parser reads it.

Not refused, because it runs nothing in today's browsers: style sheets and ``style`` attributes (they can fetch from
other servers by ``url()`` and ``@import``, and draw over the page outside a shadow root), forms and links to
other sites, frames of other sites.
"""

from __future__ import annotations

import re

from domsync_jupyter.errors import SecurityError

__all__ = ["SENSITIVE", "attribute_danger", "check_attribute", "check_tag", "is_sensitive", "tag_danger"]

_CODE = "it can bring code into the page"
_REREAD = "markup in it reads as text here and as markup elsewhere"

# What runs, embeds what runs, or changes how the page resolves addresses; and obsolete elements whose only
# use today is to have one parser read as text what the next one reads as markup (mutation XSS).
_TAGS = dict.fromkeys(
    ("script", "base", "meta", "object", "embed", "applet", "frame", "frameset", "link", "portal"), _CODE
) | dict.fromkeys(("noscript", "noembed", "noframes", "plaintext", "xmp"), _REREAD)

# Attributes whose value is an address that is followed (https://html.spec.whatwg.org/#attributes-3).
_ADDRESSES = frozenset(
    {
        "action", "background", "cite", "codebase", "data", "formaction", "href", "longdesc", "manifest", "ping",
        "poster", "src", "xlink:href", "xml:base",
    }
)  # fmt: skip
# SVG's animation elements can write an address into another attribute.
_ANIMATED = frozenset({"by", "from", "to", "values"})
# Elements which open what an address leads to as a document, instead of as an image or a sound.
_OPENS_DOCUMENT = frozenset({"a", "area", "button", "form", "iframe", "input", "use"})

#: Names that `attribute_danger` has something to say about; further ones begin with ``on``, or have ``:on``
#: or ``:href`` in them: see `is_sensitive`.
SENSITIVE = _ADDRESSES | _ANIMATED | {"attributename", "srcdoc"}

# How a browser reads an address: control characters and blanks around it go, tabs and line breaks go everywhere.
# https://url.spec.whatwg.org/#concept-basic-url-parser
_AROUND = "".join(map(chr, range(0x21)))
_INSIDE = re.compile(r"[\t\n\r]")
_SCRIPT_SCHEME = re.compile(r"(?:javascript|vbscript|livescript|mocha)[\x00-\x20]*:")
# Types that no browser opens as a document with scripts. XML types end in +xml; so no name with a "+".
_INERT_DATA = re.compile(
    r"data:\s*(?:(?:audio|font|image|video)/[\w.-]+"
    r"|text/(?:calendar|csv|markdown|plain|tab-separated-values|vcard)"
    r"|application/(?:gzip|json|octet-stream|pdf|vnd\.[\w.-]+|x-[\w.-]+|zip))?\s*[;,]"
)
# Types that have a name without a "+" and yet are documents.
_ACTIVE_DATA = re.compile(r"data:\s*[\w.-]+/[\w.-]*(?:html|javascript|svg|xml(?!formats)|xsl|xul)")


def tag_danger(tag: str) -> str | None:
    """Why an element is refused, or ``None``.

    Args:
        tag: Qualified or local name, in lower case.
    """
    if ":" not in tag:
        return _TAGS.get(tag)
    return next((_TAGS[part] for part in tag.split(":") if part in _TAGS), None)


def is_sensitive(name: str) -> bool:
    """Whether `attribute_danger` has to look at an attribute's value: quick, and rarely true.

    Args:
        name: Qualified name, in lower case.
    """
    return name in SENSITIVE or name.startswith("on") or (":" in name and (":on" in name or ":href" in name))


def attribute_danger(tag: str, name: str, value: str) -> str | None:
    """Why an attribute is refused, or ``None``.

    Args:
        tag: Qualified or local name of the element.
        name: Qualified name of the attribute, in lower case.
        value: Its value.
    """
    if not is_sensitive(name):
        return None
    if name.startswith("on") or ":on" in name:
        return f"its value would run as code. Use addEventListener({name.rpartition(':')[2][2:]!r}, callback)"
    if name == "srcdoc":
        return "its value is a document with scripts of its own"
    if name == "attributename":
        # A prefix may stand for XLink's namespace, whatever it is.
        target = value.strip(_AROUND).lower().rpartition(":")[2]
        if target == "href" or target.startswith("on"):
            return "an animation of it can set an address that is code"
        return None
    if name in _ANIMATED:
        if any(_SCRIPT_SCHEME.match(_address(part)) for part in value.split(";")):
            return f"{value[:40]!r} has an address that is code"
        return None
    address = _address(value)
    if _SCRIPT_SCHEME.match(address):
        return f"{value[:40]!r} is an address that is code"
    if address.startswith("data:"):
        local = tag.rpartition(":")[2].lower()
        if local == "use":
            return f"{value[:40]!r} is a document of its own"
        if local in _OPENS_DOCUMENT and (not _INERT_DATA.match(address) or _ACTIVE_DATA.match(address)):
            return f"{value[:40]!r} is a document of its own"
    return None


def check_tag(tag: str) -> None:
    """Refuse an element that carries code.

    Args:
        tag: Qualified or local name, in lower case.

    Raises:
        SecurityError: If it does.
    """
    danger = tag_danger(tag)
    if danger is not None:
        raise SecurityError(
            f"<{tag}> is refused: {danger}. Use addEventListener for behaviour, <style> for "
            "style, or Document(allow_unsafe=True) if you trust everything that the document is made of"
        )


def check_attribute(tag: str, name: str, value: str) -> None:
    """Refuse an attribute that carries code.

    Args:
        tag: Qualified or local name of the element.
        name: Qualified name of the attribute, in lower case.
        value: Its value.

    Raises:
        SecurityError: If it does.
    """
    danger = attribute_danger(tag, name, value)
    if danger is not None:
        raise SecurityError(f"attribute {name!r} is refused: {danger}")


def _address(value: str) -> str:
    # Enough to tell the scheme and the type: a data address may be megabytes long.
    return _INSIDE.sub("", value.strip(_AROUND)[:4096]).lower()
