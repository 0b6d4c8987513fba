"""The states of elements that pseudo-classes such as ``:checked`` and ``:disabled`` stand for.

Read from attributes, live properties and the tree. https://html.spec.whatwg.org/#pseudo-classes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.html.input import HTMLInputElement, HTMLTextAreaElement
from domsync_jupyter.dom.html.select import HTMLOptionElement
from domsync_jupyter.dom.index import ascii_lower
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.element import Element

__all__ = ["STATES"]

_DISABLEABLE: Final = frozenset({"button", "fieldset", "input", "optgroup", "option", "select", "textarea"})
_NEVER_REQUIRED: Final = frozenset({"button", "color", "hidden", "image", "range", "reset", "submit"})
# Types whose text the person can edit; what is not known is "text".
_NOT_EDITABLE: Final = _NEVER_REQUIRED | {"checkbox", "file", "radio"}
_HAS_PLACEHOLDER: Final = frozenset({"email", "number", "password", "search", "tel", "text", "url"})


def _is(element: Element, *tags: str) -> bool:
    return element._namespace == names.HTML and element._tag in tags


def _input_type(element: Element) -> str:
    kind = ascii_lower(element._attributes.get("type", "text"))
    known = _NOT_EDITABLE | _HAS_PLACEHOLDER | {"date", "datetime-local", "month", "time", "week"}
    return kind if kind in known else "text"


def _is_root(element: Element) -> bool:
    return element._parent is not None and element._parent.nodeType == Node.DOCUMENT_NODE


def _is_empty(element: Element) -> bool:
    kids = element._read_kids()
    if not isinstance(kids, list):
        return not kids
    return not any(
        kid.nodeType == Node.ELEMENT_NODE or (kid.nodeType == Node.TEXT_NODE and kid.textContent)
        for kid in kids
    )


def _is_disabled(element: Element) -> bool:
    """https://html.spec.whatwg.org/#concept-element-disabled"""
    if element._namespace != names.HTML or element._tag not in _DISABLEABLE:
        return False
    if "disabled" in element._attributes:
        return True
    if element._tag == "optgroup":
        return False
    below, parent = element, element.parentElement
    if element._tag == "option":
        return parent is not None and _is(parent, "optgroup") and "disabled" in parent._attributes
    while parent is not None:
        if _is(parent, "fieldset") and "disabled" in parent._attributes:
            legend = next((kid for kid in parent.children if _is(kid, "legend")), None)
            if legend is not below:
                return True
        below, parent = parent, parent.parentElement
    return False


def _is_enabled(element: Element) -> bool:
    return element._namespace == names.HTML and element._tag in _DISABLEABLE and not _is_disabled(element)


def _is_checked(element: Element) -> bool:
    if isinstance(element, HTMLInputElement):
        return _input_type(element) in ("checkbox", "radio") and element.checked
    return isinstance(element, HTMLOptionElement) and element.selected


def _can_be_required(element: Element) -> bool:
    return _is(element, "select", "textarea") or (
        _is(element, "input") and _input_type(element) not in _NEVER_REQUIRED
    )


def _is_required(element: Element) -> bool:
    return "required" in element._attributes and _can_be_required(element)


def _is_optional(element: Element) -> bool:
    return _is(element, "input", "select", "textarea") and not _is_required(element)


def _is_read_write(element: Element) -> bool:
    """https://html.spec.whatwg.org/#selector-read-write"""
    if element._namespace != names.HTML:
        return False
    if _is(element, "input", "textarea"):
        if _is(element, "input") and _input_type(element) in _NOT_EDITABLE:
            return False
        return "readonly" not in element._attributes and not _is_disabled(element)
    at: Element | None = element
    while at is not None:
        editable = at._attributes.get("contenteditable")
        if editable is not None and at._namespace == names.HTML:
            if ascii_lower(editable) in ("", "true", "plaintext-only"):
                return True
            if ascii_lower(editable) == "false":
                return False
        at = at.parentElement
    return False


def _is_read_only(element: Element) -> bool:
    return element._namespace == names.HTML and not _is_read_write(element)


def _shows_placeholder(element: Element) -> bool:
    if not (_is(element, "textarea") or (_is(element, "input") and _input_type(element) in _HAS_PLACEHOLDER)):
        return False
    assert isinstance(element, (HTMLInputElement, HTMLTextAreaElement))
    return "placeholder" in element._attributes and not element.value


def _is_link(element: Element) -> bool:
    if element._namespace == names.SVG and element.localName == "a":
        return "href" in element._attributes or (names.XLINK, "xlink:href") in element._attributes
    return _is(element, "a", "area") and "href" in element._attributes


def _is_open(element: Element) -> bool:
    return _is(element, "details", "dialog") and "open" in element._attributes


def _is_defined(element: Element) -> bool:
    """Custom elements have a dash in their name; what the page defines is not known here."""
    return element._namespace != names.HTML or "-" not in element._tag


def _is_indeterminate(element: Element) -> bool:
    if _is(element, "progress"):
        return "value" not in element._attributes
    if not isinstance(element, HTMLInputElement):
        return False
    if _input_type(element) == "checkbox":
        return element.indeterminate
    if _input_type(element) != "radio":
        return False
    name = element._attributes.get("name")
    if not name:
        return not element.checked
    form = _form(element)
    root = element.getRootNode()
    group = (
        each
        for each in (root._descendants() if isinstance(root, ParentNode) else ())
        if isinstance(each, HTMLInputElement)
        and _input_type(each) == "radio"
        and each._attributes.get("name") == name
        and _form(each) is form
    )
    return not any(each.checked for each in group)


def _is_default(element: Element) -> bool:
    if _is(element, "option"):
        return "selected" in element._attributes
    if _is(element, "input") and _input_type(element) in ("checkbox", "radio"):
        return "checked" in element._attributes
    form = _form(element) if _submits(element) else None
    return (
        form is not None and next((each for each in form._descendants() if _submits(each)), None) is element
    )


def _submits(element: Element) -> bool:
    if _is(element, "button"):
        return ascii_lower(element._attributes.get("type", "submit")) not in ("button", "reset")
    return _is(element, "input") and _input_type(element) in ("image", "submit")


def _form(element: Element) -> Element | None:
    at = element.parentElement
    while at is not None and not _is(at, "form"):
        at = at.parentElement
    return at


#: Name of a pseudo-class -> whether an element has the state.
STATES: Final[dict[str, Callable[[Element], bool]]] = {
    "any-link": _is_link,
    "checked": _is_checked,
    "default": _is_default,
    "defined": _is_defined,
    "disabled": _is_disabled,
    "empty": _is_empty,
    "enabled": _is_enabled,
    "indeterminate": _is_indeterminate,
    "link": _is_link,
    "open": _is_open,
    "optional": _is_optional,
    "placeholder-shown": _shows_placeholder,
    "read-only": _is_read_only,
    "read-write": _is_read_write,
    "required": _is_required,
    "root": _is_root,
}
