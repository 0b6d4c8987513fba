"""CSS selectors: which elements match, and finding them. https://drafts.csswg.org/selectors/

Selectors mean what they mean in a browser's ``querySelector`` of an HTML document in no-quirks mode. Two things
differ, because a document in Python has no pointer, no focus and any number of viewers: ``:hover``, ``:focus``
and their kind match nothing, and what depends on the page's own state or its validation (``:valid``,
``:autofill``, ``:dir()``, ...) raises `NotSupportedError`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.index import ascii_lower, split_classes
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.selector_syntax import NEVER, Attribute, Complex, Compound, Pseudo, parse_selector
from domsync_jupyter.dom.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domsync_jupyter.dom.container import Container
    from domsync_jupyter.dom.element import Element

__all__ = ["closest", "matches", "select", "select_first"]


def select(root: Container, selector: str) -> list[Element]:
    """The elements below `root` that match, in tree order.

    Ancestors of `root` count when matching; ``:scope`` is `root`.
    https://dom.spec.whatwg.org/#dom-parentnode-queryselectorall

    Raises:
        TypeError: If `selector` is not a ``str``.
        DOMSyntaxError: If it is not a selector.
        NotSupportedError: If it depends on what only a page knows.
    """
    with root._document._lock:
        return list(_found(root, selector))


def select_first(root: Container, selector: str) -> Element | None:
    """The first of what `select` finds, or ``None``; looks no further.

    https://dom.spec.whatwg.org/#dom-parentnode-queryselector

    Raises:
        TypeError: As `select`.
        DOMSyntaxError: As `select`.
        NotSupportedError: As `select`.
    """
    with root._document._lock:
        return next(islice(_found(root, selector), 1), None)


def matches(element: Element, selector: str) -> bool:
    """Whether an element matches. https://dom.spec.whatwg.org/#dom-element-matches

    Raises:
        TypeError: As `select`.
        DOMSyntaxError: As `select`.
        NotSupportedError: As `select`.
    """
    selectors = _parsed(selector)
    with element._document._lock:
        return _Matcher(element).any(selectors, element)


def closest(element: Element, selector: str) -> Element | None:
    """The nearest of the element and its ancestors that matches. https://dom.spec.whatwg.org/#dom-element-closest

    Raises:
        TypeError: As `select`.
        DOMSyntaxError: As `select`.
        NotSupportedError: As `select`.
    """
    selectors = _parsed(selector)
    with element._document._lock:
        matcher = _Matcher(element)
        candidate: Element | None = element
        while candidate is not None and not matcher.any(selectors, candidate):
            candidate = candidate.parentElement
        return candidate


def _parsed(selector: object) -> tuple[Complex, ...]:
    if not isinstance(selector, str):
        raise TypeError(f"a selector must be a str, not {type(selector).__name__}")
    return parse_selector(selector)


def _found(root: Container, selector: str) -> Iterator[Element]:
    """What matches, one by one; under the lock."""
    selectors = _parsed(selector)
    candidates = _candidates(root, selectors)
    if len(selectors) == 1 and len(selectors[0].compounds) == 1 and _is_plain(selectors[0].compounds[0]):
        return iter(candidates)
    matcher = _Matcher(root)
    return (element for element in candidates if matcher.any(selectors, element))


def _is_plain(compound: Compound) -> bool:
    """Whether `_candidates` leaves nothing to test: ``#id``, ``.class``, ``tag`` or ``*`` alone."""
    return (
        not (compound.attributes or compound.pseudos or compound.never or compound.no_namespace)
        and (compound.tag is not None) + len(compound.ids) + bool(compound.classes) <= 1
    )


def _candidates(root: Container, selectors: tuple[Complex, ...]) -> Iterable[Element]:
    """All elements below `root` that can match, in tree order, and perhaps others."""
    if len(selectors) == 1:
        compound = selectors[0].compounds[0]
        if compound.never:
            return ()
        document = root._document
        if compound.ids:
            return _with_id(root, compound.ids[0])
        if compound.classes:
            return document._tree_index.by_class(root, compound.classes)
        if compound.tag is not None:
            return document._tree_index.by_tag(root, compound.tag)
    return root._descendants()


def _with_id(root: Container, id: str) -> list[Element]:
    ids = root._document._ids
    if id in ids._others:
        return [element for element in root._descendants() if element._attributes.get("id") == id]
    element = ids._single.get(id)
    return [element] if element is not None and element is not root and root.contains(element) else []


# How a complex selector fails, so that what cannot succeed further up or to the left is not tried:
# here; for all siblings to the left too; for all ancestors too.
_MATCH, _HERE, _SIBLINGS, _COMPLETELY = range(4)


class _Matcher:
    """Tests elements for one call, in which no node moves."""

    __slots__ = ("_positions", "_scope")

    def __init__(self, scope: Node) -> None:
        self._scope = scope.documentElement if scope.nodeType == Node.DOCUMENT_NODE else scope  # type: ignore[attr-defined]  # nodeType says it
        #: (parent, kind of counting) -> position of each of its elements.
        self._positions: dict[tuple[Node, object], dict[Element, int]] = {}

    def any(self, selectors: tuple[Complex, ...], element: Element, anchor: Element | None = None) -> bool:
        """Whether the element matches one of the selectors."""
        return any(self._complex(each, 0, element, anchor) == _MATCH for each in selectors)

    def _complex(self, selector: Complex, at: int, element: Element, anchor: Element | None) -> int:
        if not self._compound(selector.compounds[at], element, anchor):
            return _HERE
        if at == len(selector.combinators):
            return _MATCH
        combinator = selector.combinators[at]
        at += 1
        if combinator in (" ", ">"):
            parent = element._parent
            while parent is not None:
                if parent.nodeType == Node.ELEMENT_NODE:
                    result = self._complex(selector, at, parent, anchor)  # type: ignore[arg-type]  # nodeType says it
                    if combinator == ">" or result in (_MATCH, _COMPLETELY):
                        return result
                parent = parent._parent
            return _COMPLETELY
        sibling = element.previousElementSibling
        while sibling is not None:
            result = self._complex(selector, at, sibling, anchor)
            if combinator == "+" or result != _HERE:
                return result
            sibling = sibling.previousElementSibling
        return _SIBLINGS

    def _compound(self, compound: Compound, element: Element, anchor: Element | None) -> bool:
        if compound.anchor:
            return element is anchor
        if compound.never or (compound.no_namespace and element._namespace is not None):
            return False
        if compound.tag is not None:
            if element._namespace == names.HTML:
                if element._tag != ascii_lower(compound.tag):
                    return False
            elif compound.tag not in (element.localName, element._tag):
                return False
        attributes = element._attributes
        if compound.ids and any(attributes.get("id") != each for each in compound.ids):
            return False
        if compound.classes:
            there = split_classes(attributes.get("class", ""))
            if any(each not in there for each in compound.classes):
                return False
        return all(_has_attribute(element, each) for each in compound.attributes) and all(
            self._pseudo(each, element, anchor) for each in compound.pseudos
        )

    def _pseudo(self, pseudo: Pseudo, element: Element, anchor: Element | None) -> bool:
        name = pseudo.name
        if name in ("is", "where"):
            return self.any(pseudo.selectors, element, anchor)
        if name == "not":
            return not self.any(pseudo.selectors, element, anchor)
        if name == "has":
            return any(self._has(each, element) for each in pseudo.selectors)
        if name == "scope":
            return element is self._scope
        if name in ("first-child", "last-child", "first-of-type", "last-of-type"):
            side, _, unit = name.partition("-")
            return self._position(element, unit, from_end=side == "last") == 1
        if name in ("only-child", "only-of-type"):
            unit = name.removeprefix("only-")
            return self._position(element, unit) == 1 == self._position(element, unit, from_end=True)
        if name.startswith("nth-"):
            if pseudo.selectors and not self.any(pseudo.selectors, element, anchor):
                return False
            from_end = name.startswith("nth-last-")
            unit = "of-type" if name.endswith("of-type") else "child"
            return _is_nth(
                pseudo.a, pseudo.b, self._position(element, unit, from_end=from_end, of=pseudo.selectors)
            )
        if name == "lang":
            return _has_language(element, pseudo.languages)
        return name not in NEVER and STATES[name](element)

    def _has(self, selector: Complex, element: Element) -> bool:
        if selector.combinators[-1] in (" ", ">"):
            return any(self._complex(selector, 0, each, element) == _MATCH for each in element._descendants())
        sibling = element.nextElementSibling
        deep = any(combinator in (" ", ">") for combinator in selector.combinators)
        while sibling is not None:
            if self._complex(selector, 0, sibling, element) == _MATCH:
                return True
            if deep and any(
                self._complex(selector, 0, each, element) == _MATCH for each in sibling._descendants()
            ):
                return True
            sibling = sibling.nextElementSibling
        return False

    def _position(
        self, element: Element, unit: str, *, from_end: bool = False, of: tuple[Complex, ...] = ()
    ) -> int:
        """Which one of its siblings an element is, counting from 1, among those of its type or those that match."""
        parent = element._parent
        if parent is None:
            return 1
        kind = (element._namespace, element._tag) if unit == "of-type" else of
        positions = self._positions.get((parent, (kind, from_end)))
        if positions is None:
            siblings: Iterable[Element] = parent.children
            if unit == "of-type":
                siblings = [each for each in siblings if (each._namespace, each._tag) == kind]
            elif of:
                siblings = [each for each in siblings if self.any(of, each)]
            if from_end:
                siblings = reversed(list(siblings))
            positions = {each: number for number, each in enumerate(siblings, 1)}
            self._positions[parent, (kind, from_end)] = positions
        return positions[element]


def _is_nth(a: int, b: int, position: int) -> bool:
    return position == b if a == 0 else (position - b) % a == 0 and (position - b) // a >= 0


# https://html.spec.whatwg.org/#case-sensitivity-of-selectors
_CASELESS: Final = frozenset(
    {
        "accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "checked", "clear", "codetype",
        "color", "compact", "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame",
        "hreflang", "http-equiv", "lang", "language", "link", "media", "method", "multiple", "nohref", "noresize",
        "noshade", "nowrap", "readonly", "rel", "rev", "rules", "scope", "scrolling", "selected", "shape", "target",
        "text", "type", "valign", "valuetype", "vlink",
    }
)  # fmt: skip


def _has_attribute(element: Element, selector: Attribute) -> bool:
    html = element._namespace == names.HTML
    name = ascii_lower(selector.name) if html else selector.name
    values = []
    if name in element._attributes:
        values.append(element._attributes[name])
    if selector.any_namespace:
        values += [
            value
            for key, value in element._attributes.items()
            if type(key) is tuple and names.local(key[1]) == name
        ]
    if not selector.operator:
        return bool(values)
    fold = not selector.case_sensitive
    if selector.case_sensitive is None:
        fold = html and name in _CASELESS
    wanted = ascii_lower(selector.value) if fold else selector.value
    return any(
        _compares(ascii_lower(value) if fold else value, selector.operator, wanted) for value in values
    )


def _compares(value: str, operator: str, wanted: str) -> bool:
    if operator == "=":
        return value == wanted
    if operator == "|=":
        return value == wanted or value.startswith(wanted + "-")
    if not wanted:
        return False
    if operator == "~=":
        return wanted in split_classes(value)
    if operator == "^=":
        return value.startswith(wanted)
    if operator == "$=":
        return value.endswith(wanted)
    return wanted in value


def _has_language(element: Element, ranges: tuple[str, ...]) -> bool:
    """https://drafts.csswg.org/selectors/#the-lang-pseudo, with the extended filtering of RFC 4647."""
    at: Element | None = element
    language: str | None = None
    while at is not None and language is None:
        language = at._attributes.get((names.XML, "xml:lang"))
        if language is None and at._namespace in (names.HTML, names.SVG):
            language = at._attributes.get("lang")
        at = at.parentElement
    if language is None:
        return False
    return any(_in_range(language.lower().split("-"), each.split("-")) for each in ranges)


def _in_range(language: list[str], wanted: list[str]) -> bool:
    if wanted == [""] or language == [""]:
        return wanted == language
    if wanted[0] not in ("*", language[0]):
        return False
    rest = language[1:]
    for part in wanted[1:]:
        if part == "*":
            continue
        while rest and rest[0] != part:
            if len(rest.pop(0)) == 1:
                return False
        if not rest:
            return False
        rest.pop(0)
    return True
