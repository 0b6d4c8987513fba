"""Style sheets of a document, as declarations of its elements.

For HTML that has to look right where no style sheet can go with it, such as a saved notebook. What depends on a page is
left out: at-rules (``@media``, ``@keyframes``, ...), pseudo-elements, and selectors that need a pointer or a window.
https://drafts.csswg.org/css-cascade/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.selector_syntax import parse_selector, specificity
from domsync_jupyter.dom.selectors import select
from domsync_jupyter.dom.style import CSSStyleDeclaration
from domsync_jupyter.errors import DOMSyntaxError, NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.selector_syntax import Complex

__all__ = ["inline_styles"]


#: What is said of the page or the view as a whole; the last one is the components' theme.
_ROOTS = frozenset({":root", ":host", "html", "body", ":where(:host, body)"})


class _Declaration(NamedTuple):
    name: str
    value: str
    important: bool


class _Rule(NamedTuple):
    selector: str
    parsed: Complex
    #: Specificity, and which rule of all it is.
    weight: tuple[int, int, int, int]
    declarations: list[_Declaration]


def inline_styles(root: Element, sheets: Iterable[str]) -> dict[Element, str]:
    """The text of the ``style`` attribute that elements would need if there were no style sheets.

    Call it under the document's lock.

    Args:
        root: What is below it, and it itself for ``:root``, ``:host``, ``html`` and ``body``, is styled.
        sheets: In their order.

    Returns:
        For each element that a rule is about: its declarations, from the weakest to the strongest, its own attribute
        among them.
    """
    styled: dict[Element, list[_Rule]] = {}
    for rule in sorted(_rules(sheets), key=lambda rule: rule.weight):
        for element in _matched(root, rule):
            styled.setdefault(element, []).append(rule)
    # Most elements look like others: the cells of a table, the items of a list.
    texts: dict[tuple[object, ...], str] = {}
    result = {}
    for element, rules in styled.items():
        key = (element._attributes.get("style"), *(rule.weight for rule in rules))
        if key not in texts:
            texts[key] = _text(element, rules)
        result[element] = texts[key]
    return result


def _rules(sheets: Iterable[str]) -> Iterator[_Rule]:
    import tinycss2  # type: ignore[import-untyped]  # noqa: PLC0415 - most programs never need it

    count = 0
    for sheet in sheets:
        for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            declarations = [
                _Declaration(
                    item.name if item.name.startswith("--") else item.lower_name,
                    tinycss2.serialize(item.value).strip(),
                    item.important,
                )
                for item in tinycss2.parse_blocks_contents(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
                if item.type == "declaration"
            ]
            for selector in _selectors(rule.prelude):
                count += 1
                try:
                    (parsed,) = parse_selector(selector)
                except (DOMSyntaxError, NotSupportedError):
                    continue
                yield _Rule(selector, parsed, (*specificity(parsed), count), declarations)


def _selectors(prelude: list[Any]) -> Iterator[str]:
    """Those of a list, one by one."""
    import tinycss2  # noqa: PLC0415 - as above

    part: list[Any] = []
    for item in [*prelude, ","]:
        if item == ",":
            yield tinycss2.serialize(part).strip()
            part = []
        else:
            part.append(item)


def _matched(root: Element, rule: _Rule) -> list[Element]:
    if rule.selector in _ROOTS:
        return [root]
    return select(root, rule.selector) if _may_match(root, rule.parsed) else []


def _may_match(root: Element, selector: Complex) -> bool:
    """Whether there is something for each part of a selector: of a large style sheet, most rules are about nothing."""
    top: Node = root
    while top._parent is not None:
        top = top._parent
    if top.nodeType != Node.DOCUMENT_NODE:
        return True
    index = root._document._tree_index
    return all(
        (not compound.classes or index.by_class(root._document, compound.classes))
        and (compound.tag is None or index.by_tag(root._document, compound.tag))
        for compound in selector.compounds
    )


def _text(element: Element, rules: list[_Rule]) -> str:
    scratch = element._document.createElement("div")
    style, own = CSSStyleDeclaration(scratch), CSSStyleDeclaration(element)
    # What is important beats what is not, the attribute's own included.
    for important in (False, True):
        for rule in rules:
            for name, value, is_important in rule.declarations:
                if is_important == important:
                    style.setProperty(name, value)
        for name in own:
            if bool(own.getPropertyPriority(name)) == important:
                style.setProperty(name, own.getPropertyValue(name))
    return style.cssText
