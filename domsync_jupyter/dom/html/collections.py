"""Lists of elements, as of the moment when they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex, TypeVar, overload

from domsync_jupyter.dom.element import Element

if TYPE_CHECKING:
    from domsync_jupyter.dom.html.select import HTMLOptGroupElement, HTMLOptionElement, HTMLSelectElement

__all__ = ["HTMLCollection", "HTMLFormControlsCollection", "HTMLOptionsCollection"]

E = TypeVar("E", bound=Element)


class HTMLCollection(list[E]):
    """Elements, by index or by ``id`` or ``name``. https://dom.spec.whatwg.org/#interface-htmlcollection

    A list of now, not a live one: ask for it again to see what has changed.
    """

    __slots__ = ()

    @property
    def length(self) -> int:
        """The number of elements. https://dom.spec.whatwg.org/#dom-htmlcollection-length"""
        return len(self)

    def item(self, index: int) -> E | None:
        """The element at `index`, or ``None``. https://dom.spec.whatwg.org/#dom-htmlcollection-item"""
        return self[index] if 0 <= index < len(self) else None

    def namedItem(self, name: str) -> E | None:
        """The first one with this ``id`` or ``name``. https://dom.spec.whatwg.org/#dom-htmlcollection-nameditem"""
        if not name:
            return None
        return next((e for e in self if name in (e._attributes.get("id"), e._attributes.get("name"))), None)

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> E: ...
    @overload
    def __getitem__(self, key: slice) -> list[E]: ...
    def __getitem__(self, key: SupportsIndex | slice | str) -> E | list[E]:
        if isinstance(key, str):
            found = self.namedItem(key)
            if found is None:
                raise KeyError(key)
            return found
        return super().__getitem__(key)


class HTMLFormControlsCollection(HTMLCollection[Element]):
    """The controls of a form. https://html.spec.whatwg.org/#htmlformcontrolscollection

    Of several radio buttons with one name, `namedItem` gives the first; a browser gives a list.
    """

    __slots__ = ()


class HTMLOptionsCollection(HTMLCollection["HTMLOptionElement"]):
    """The options of a ``select``. https://html.spec.whatwg.org/#htmloptionscollection

    Args:
        select: Whose options they are: `add` and the others go to it.
    """

    __slots__ = ("_select",)

    def __init__(self, select: HTMLSelectElement, options: list[HTMLOptionElement]) -> None:
        super().__init__(options)
        self._select = select

    @property
    def selectedIndex(self) -> int:
        """See `HTMLSelectElement.selectedIndex`. https://html.spec.whatwg.org/#dom-htmloptionscollection-selectedindex"""
        return self._select.selectedIndex

    @selectedIndex.setter
    def selectedIndex(self, index: int) -> None:
        self._select.selectedIndex = index

    def add(
        self, element: HTMLOptionElement | HTMLOptGroupElement, before: Element | int | None = None
    ) -> None:
        """See `HTMLSelectElement.add`. https://html.spec.whatwg.org/#dom-htmloptionscollection-add"""
        self._select.add(element, before)
        self[:] = self._select.options

    def remove(self, index: int) -> None:  # type: ignore[override]  # the standard's, not that of a list
        """See `HTMLSelectElement.remove`. https://html.spec.whatwg.org/#dom-htmloptionscollection-remove"""
        self._select.remove(index)
        self[:] = self._select.options
