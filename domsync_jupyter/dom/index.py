"""Which elements have a tag, a class or a name: found once, and remembered until the tree changes.

As in browsers, looking up again costs nothing while no node is inserted or removed and no attribute
changes, and one walk after that. Must only read. `Document._version` says whether something changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domsync_jupyter.dom import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domsync_jupyter.dom.container import Container
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element

__all__ = ["TreeIndex", "ascii_lower", "split_classes"]

#: The names in a ``class`` attribute: ASCII whitespace separates them, and no other.
split_classes = re.compile("[^\t\n\f\r ]+").findall

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def ascii_lower(text: str) -> str:
    """Lower the ASCII letters only. https://infra.spec.whatwg.org/#ascii-lowercase"""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_Table = dict[str, "list[Element]"]


class TreeIndex:
    """The index of one document. All methods are for a caller that has the document's lock.

    They return lists in tree order, which the caller may keep and change.
    """

    __slots__ = ("_document", "_tables", "_version")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._version = -1
        #: Root -> the tables that were asked for, "tag", "class" and "name".
        self._tables: dict[Container, dict[str, _Table]] = {}

    def release(self) -> None:
        """Let go of what is out of date, which would else wait for the next look: elements that were removed."""
        if self._tables and self._document._version != self._version:
            self._tables.clear()

    def by_tag(self, root: Container, qualified_name: str) -> list[Element]:
        """Elements below `root` with a tag; ``"*"`` is any.

        https://dom.spec.whatwg.org/#concept-getelementsbytagname
        """
        if qualified_name == "*":
            return list(root._descendants())
        lower = ascii_lower(qualified_name)
        table = self._table(root, "tag", _tags)
        if lower == qualified_name:
            return table.get(lower, []).copy()
        # In capitals: an HTML element by its name in lower case, another one by the name as it is.
        if qualified_name not in table:
            return [element for element in table.get(lower, ()) if element._namespace == names.HTML]
        return [
            element
            for element in root._descendants()
            if element._tag == (lower if element._namespace == names.HTML else qualified_name)
        ]

    def by_class(self, root: Container, class_names: Iterable[str]) -> list[Element]:
        """Elements below `root` that have all the classes; none if there are no classes.

        https://dom.spec.whatwg.org/#concept-getelementsbyclassname
        """
        table = self._table(root, "class", _classes)
        lists = sorted((table.get(name, []) for name in dict.fromkeys(class_names)), key=len)
        if not lists:
            return []
        found = lists[0].copy()
        for other in lists[1:]:
            there = set(other)
            found = [element for element in found if element in there]
        return found

    def by_name(self, root: Container, name: str) -> list[Element]:
        """HTML elements below `root` with that ``name``.

        https://html.spec.whatwg.org/#dom-document-getelementsbyname
        """
        return self._table(root, "name", _names).get(name, []).copy()

    def _table(self, root: Container, kind: str, keys: Callable[[Element], Iterable[str]]) -> _Table:
        version = self._document._version
        if version != self._version:
            self._tables.clear()
            self._version = version
        tables = self._tables.setdefault(root, {})
        if kind not in tables:
            table: _Table = {}
            for element in root._descendants():
                for key in keys(element):
                    table.setdefault(key, []).append(element)
            tables[kind] = table
        return tables[kind]


def _tags(element: Element) -> Iterable[str]:
    return (element._tag,)


def _classes(element: Element) -> Iterable[str]:
    value = element._attributes.get("class")
    return dict.fromkeys(split_classes(value)) if value else ()


def _names(element: Element) -> Iterable[str]:
    value = element._attributes.get("name")
    return (value,) if value and element._namespace == names.HTML else ()
