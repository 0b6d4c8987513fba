"""Tables. https://html.spec.whatwg.org/#tables"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.html.collections import HTMLCollection
from domsync_jupyter.dom.html.controls import is_html
from domsync_jupyter.dom.reflected_table import (
    HTMLTableCaptionElementAttributes,
    HTMLTableCellElementAttributes,
    HTMLTableColElementAttributes,
    HTMLTableElementAttributes,
    HTMLTableRowElementAttributes,
    HTMLTableSectionElementAttributes,
)
from domsync_jupyter.dom.reflection import bad_type, to_long
from domsync_jupyter.errors import HierarchyRequestError, IndexSizeError

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element

__all__ = [
    "HTMLTableCaptionElement",
    "HTMLTableCellElement",
    "HTMLTableColElement",
    "HTMLTableElement",
    "HTMLTableRowElement",
    "HTMLTableSectionElement",
]

E = TypeVar("E", bound=HTMLElement)


class HTMLTableElement(HTMLTableElementAttributes, HTMLElement):
    """A table. https://html.spec.whatwg.org/#htmltableelement"""

    __slots__ = ()

    @property
    def caption(self) -> HTMLTableCaptionElement | None:
        """The caption; setting it puts it first. https://html.spec.whatwg.org/#dom-table-caption"""
        caption: HTMLTableCaptionElement | None = _first_child(self, "caption")
        return caption

    @caption.setter
    def caption(self, caption: HTMLTableCaptionElement | None) -> None:
        if caption is not None and not isinstance(caption, HTMLTableCaptionElement):
            raise bad_type(self, "caption", caption, "a caption element or None")
        with self._document.batch():
            self.deleteCaption()
            if caption is not None:
                self.insertBefore(caption, self.firstChild)

    def createCaption(self) -> HTMLTableCaptionElement:
        """The caption, made if there is none. https://html.spec.whatwg.org/#dom-table-createcaption"""
        caption = self.caption
        if caption is None:
            caption = self._make(HTMLTableCaptionElement, "caption")
            self.insertBefore(caption, self.firstChild)
        return caption

    def deleteCaption(self) -> None:
        """Remove the caption, if there is one. https://html.spec.whatwg.org/#dom-table-deletecaption"""
        _remove_first(self, "caption")

    @property
    def tHead(self) -> HTMLTableSectionElement | None:
        """The head; setting it puts it in its place. https://html.spec.whatwg.org/#dom-table-thead

        Raises:
            TypeError: When set to what is not a section.
            HierarchyRequestError: When set to a section that is no ``thead``.
        """
        head: HTMLTableSectionElement | None = _first_child(self, "thead")
        return head

    @tHead.setter
    def tHead(self, head: HTMLTableSectionElement | None) -> None:
        self._check_section("tHead", "thead", head)
        with self._document.batch():
            self.deleteTHead()
            if head is not None:
                self.insertBefore(head, self._place_of_head())

    def createTHead(self) -> HTMLTableSectionElement:
        """The head, made if there is none. https://html.spec.whatwg.org/#dom-table-createthead"""
        head = self.tHead
        if head is None:
            head = self._make(HTMLTableSectionElement, "thead")
            self.insertBefore(head, self._place_of_head())
        return head

    def deleteTHead(self) -> None:
        """Remove the head, if there is one. https://html.spec.whatwg.org/#dom-table-deletethead"""
        _remove_first(self, "thead")

    @property
    def tFoot(self) -> HTMLTableSectionElement | None:
        """The foot; setting it puts it last. https://html.spec.whatwg.org/#dom-table-tfoot

        Raises:
            TypeError: When set to what is not a section.
            HierarchyRequestError: When set to a section that is no ``tfoot``.
        """
        foot: HTMLTableSectionElement | None = _first_child(self, "tfoot")
        return foot

    @tFoot.setter
    def tFoot(self, foot: HTMLTableSectionElement | None) -> None:
        self._check_section("tFoot", "tfoot", foot)
        with self._document.batch():
            self.deleteTFoot()
            if foot is not None:
                self.appendChild(foot)

    def createTFoot(self) -> HTMLTableSectionElement:
        """The foot, made if there is none. https://html.spec.whatwg.org/#dom-table-createtfoot"""
        foot = self.tFoot
        if foot is None:
            foot = self._make(HTMLTableSectionElement, "tfoot")
            self.appendChild(foot)
        return foot

    def deleteTFoot(self) -> None:
        """Remove the foot, if there is one. https://html.spec.whatwg.org/#dom-table-deletetfoot"""
        _remove_first(self, "tfoot")

    @property
    def tBodies(self) -> HTMLCollection[HTMLTableSectionElement]:
        """The bodies, as of now. https://html.spec.whatwg.org/#dom-table-tbodies"""
        return HTMLCollection(_children(self, "tbody"))

    def createTBody(self) -> HTMLTableSectionElement:
        """Make a body after the last one. https://html.spec.whatwg.org/#dom-table-createtbody"""
        bodies = self.tBodies
        body = self._make(HTMLTableSectionElement, "tbody")
        self.insertBefore(body, bodies[-1].nextSibling if bodies else None)
        return body

    @property
    def rows(self) -> HTMLCollection[HTMLTableRowElement]:
        """All rows: of the heads, of the bodies and the table itself, of the feet. As of now.

        https://html.spec.whatwg.org/#dom-table-rows
        """
        heads: list[Any] = []
        middle: list[Any] = []
        feet: list[Any] = []
        for child in self.children:
            if is_html(child, "tr"):
                middle.append(child)
            elif is_html(child, "thead", "tbody", "tfoot"):
                into = heads if child._tag == "thead" else feet if child._tag == "tfoot" else middle
                into += _children(child, "tr")
        return HTMLCollection([*heads, *middle, *feet])

    def insertRow(self, index: int = -1) -> HTMLTableRowElement:
        """Make a row before the one at `index`; -1 or the number of rows is the end.

        https://html.spec.whatwg.org/#dom-table-insertrow

        Raises:
            IndexSizeError: If `index` is less than -1 or more than the number of rows.
        """
        rows = self.rows
        index = _checked_index(self, "insertRow", index, -1, len(rows))
        row = self._make(HTMLTableRowElement, "tr")
        with self._document.batch():
            if not rows:
                bodies = self.tBodies
                (bodies[-1] if bodies else self.createTBody()).appendChild(row)
            elif index in (-1, len(rows)):
                _parent(rows[-1]).appendChild(row)
            else:
                _parent(rows[index]).insertBefore(row, rows[index])
        return row

    def deleteRow(self, index: int) -> None:
        """Remove the row at `index`; -1 is the last one. https://html.spec.whatwg.org/#dom-table-deleterow

        Raises:
            IndexSizeError: If there is no such row; -1 without any rows does nothing.
        """
        _delete(self, "deleteRow", self.rows, index)

    # Inside

    def _place_of_head(self) -> Element | None:
        return next((child for child in self.children if not is_html(child, "caption", "colgroup")), None)

    def _check_section(self, name: str, tag: str, section: object) -> None:
        if section is None:
            return
        if not isinstance(section, HTMLTableSectionElement):
            raise bad_type(self, name, section, f"a {tag} element or None")
        if section._tag != tag:
            raise HierarchyRequestError(f"{name} of <table> must be a <{tag}>, not a <{section._tag}>")


class HTMLTableCaptionElement(HTMLTableCaptionElementAttributes, HTMLElement):
    """The caption of a table. https://html.spec.whatwg.org/#htmltablecaptionelement"""

    __slots__ = ()


class HTMLTableColElement(HTMLTableColElementAttributes, HTMLElement):
    """One or several columns of a table. https://html.spec.whatwg.org/#htmltablecolelement"""

    __slots__ = ()


class HTMLTableSectionElement(HTMLTableSectionElementAttributes, HTMLElement):
    """A head, a body or a foot. https://html.spec.whatwg.org/#htmltablesectionelement"""

    __slots__ = ()

    @property
    def rows(self) -> HTMLCollection[HTMLTableRowElement]:
        """The rows, as of now. https://html.spec.whatwg.org/#dom-tbody-rows"""
        return HTMLCollection(_children(self, "tr"))

    def insertRow(self, index: int = -1) -> HTMLTableRowElement:
        """Make a row before the one at `index`; -1 or the number of rows is the end.

        https://html.spec.whatwg.org/#dom-tbody-insertrow

        Raises:
            IndexSizeError: If `index` is less than -1 or more than the number of rows.
        """
        rows = self.rows
        index = _checked_index(self, "insertRow", index, -1, len(rows))
        row = self._make(HTMLTableRowElement, "tr")
        self.insertBefore(row, None if index in (-1, len(rows)) else rows[index])
        return row

    def deleteRow(self, index: int) -> None:
        """Remove the row at `index`; -1 is the last one. https://html.spec.whatwg.org/#dom-tbody-deleterow

        Raises:
            IndexSizeError: If there is no such row; -1 without any rows does nothing.
        """
        _delete(self, "deleteRow", self.rows, index)


class HTMLTableRowElement(HTMLTableRowElementAttributes, HTMLElement):
    """A row. https://html.spec.whatwg.org/#htmltablerowelement"""

    __slots__ = ()

    @property
    def rowIndex(self) -> int:
        """Its index among all rows of its table, or -1. https://html.spec.whatwg.org/#dom-tr-rowindex"""
        parent = self.parentElement
        if parent is not None and is_html(parent, "thead", "tbody", "tfoot"):
            parent = parent.parentElement
        return parent.rows.index(self) if isinstance(parent, HTMLTableElement) else -1

    @property
    def sectionRowIndex(self) -> int:
        """Its index in its section, or -1. https://html.spec.whatwg.org/#dom-tr-sectionrowindex"""
        parent = self.parentElement
        if isinstance(parent, (HTMLTableElement, HTMLTableSectionElement)):
            return parent.rows.index(self)
        return -1

    @property
    def cells(self) -> HTMLCollection[HTMLTableCellElement]:
        """The cells, as of now. https://html.spec.whatwg.org/#dom-tr-cells"""
        return HTMLCollection(_children(self, "td", "th"))

    def insertCell(self, index: int = -1) -> HTMLTableCellElement:
        """Make a ``td`` before the cell at `index`; -1 or the number of cells is the end.

        https://html.spec.whatwg.org/#dom-tr-insertcell

        Raises:
            IndexSizeError: If `index` is less than -1 or more than the number of cells.
        """
        cells = self.cells
        index = _checked_index(self, "insertCell", index, -1, len(cells))
        cell = self._make(HTMLTableCellElement, "td")
        self.insertBefore(cell, None if index in (-1, len(cells)) else cells[index])
        return cell

    def deleteCell(self, index: int) -> None:
        """Remove the cell at `index`; -1 is the last one. https://html.spec.whatwg.org/#dom-tr-deletecell

        Raises:
            IndexSizeError: If there is no such cell; -1 without any cells does nothing.
        """
        _delete(self, "deleteCell", self.cells, index)


class HTMLTableCellElement(HTMLTableCellElementAttributes, HTMLElement):
    """A cell, ``td`` or ``th``. https://html.spec.whatwg.org/#htmltablecellelement"""

    __slots__ = ()

    @property
    def cellIndex(self) -> int:
        """Its index in its row, or -1. https://html.spec.whatwg.org/#dom-tdth-cellindex"""
        parent = self.parentElement
        return parent.cells.index(self) if isinstance(parent, HTMLTableRowElement) else -1


def _children(parent: Element, *tags: str) -> list[Any]:
    return [child for child in parent.children if is_html(child, *tags)]


def _first_child(parent: Element, tag: str) -> Any:
    return next((child for child in parent.children if is_html(child, tag)), None)


def _remove_first(parent: Element, tag: str) -> None:
    child = _first_child(parent, tag)
    if child is not None:
        parent.removeChild(child)


def _parent(row: HTMLTableRowElement) -> Any:
    return row.parentNode


def _checked_index(element: HTMLElement, method: str, index: int, low: int, high: int) -> int:
    number = to_long(element, f"the argument of {method}()", index)
    if not low <= number <= high:
        raise IndexSizeError(f"{method}() of <{element._tag}> takes {low} to {high}, not {number}")
    return number


def _delete(element: HTMLElement, method: str, items: list[E], index: int) -> None:
    index = _checked_index(element, method, index, -1, len(items) - 1 if items else -1)
    if items:
        items[index].remove()
