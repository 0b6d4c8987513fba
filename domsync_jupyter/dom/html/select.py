"""`HTMLSelectElement` and its options. https://html.spec.whatwg.org/#the-select-element

Which options are selected is a live property of the ``select``, by index, because that is what a page
can be told. While nobody has chosen anything, the ``selected`` attributes decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.html.collections import HTMLCollection, HTMLOptionsCollection
from domsync_jupyter.dom.html.controls import Labelable, Validated, is_html
from domsync_jupyter.dom.reflected_table import (
    HTMLOptGroupElementAttributes,
    HTMLOptionElementAttributes,
    HTMLSelectElementAttributes,
)
from domsync_jupyter.dom.reflection import bad_type, string, to_long
from domsync_jupyter.errors import HierarchyRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node

__all__ = ["HTMLDataListElement", "HTMLOptGroupElement", "HTMLOptionElement", "HTMLSelectElement"]


class HTMLSelectElement(HTMLSelectElementAttributes, Labelable, Validated):
    """A choice among options. https://html.spec.whatwg.org/#htmlselectelement

    ``select[0]`` is the first option, and ``len(select)`` their number.
    """

    __slots__ = ()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: int | str) -> Any:
        return super().__getitem__(key) if isinstance(key, str) else self._options()[key]

    @property
    def type(self) -> str:
        """``"select-one"`` or ``"select-multiple"``. https://html.spec.whatwg.org/#dom-select-type"""
        return "select-multiple" if "multiple" in self._attributes else "select-one"

    @property
    def options(self) -> HTMLOptionsCollection:
        """The options, as of now. https://html.spec.whatwg.org/#dom-select-options"""
        return HTMLOptionsCollection(self, self._options())

    @property
    def length(self) -> int:
        """The number of options; a smaller one cuts them off. https://html.spec.whatwg.org/#dom-select-length

        Raises:
            TypeError: When set to what is not an integer.
            ValueError: When set to a negative number, or one above 100,000.
        """
        return len(self._options())

    @length.setter
    def length(self, length: int) -> None:
        wanted = to_long(self, "length", length)
        if not 0 <= wanted <= 100_000:
            raise ValueError(f"length of <select> must be between 0 and 100000, not {wanted}")
        options = self._options()
        with self._document.batch():
            for option in options[wanted:]:
                option.remove()
            for _ in range(wanted - len(options)):
                self.appendChild(self._document.createElement("option"))

    def item(self, index: int) -> HTMLOptionElement | None:
        """The option at `index`, or ``None``. https://html.spec.whatwg.org/#dom-select-item"""
        return self.options.item(index)

    def namedItem(self, name: str) -> HTMLOptionElement | None:
        """The first option with this ``id`` or ``name``. https://html.spec.whatwg.org/#dom-select-nameditem"""
        return self.options.namedItem(name)

    def add(
        self, element: HTMLOptionElement | HTMLOptGroupElement, before: Element | int | None = None
    ) -> None:
        """Insert an option or a group. https://html.spec.whatwg.org/#dom-select-add

        Args:
            element: What to insert.
            before: An option or a group in this ``select``, or the index of an option; else it comes last.

        Raises:
            TypeError: If `element` is something else.
            HierarchyRequestError: If `element` contains this ``select``.
            NotFoundError: If `before` is an element elsewhere.
        """
        if not isinstance(element, (HTMLOptionElement, HTMLOptGroupElement)):
            raise bad_type(self, "the first argument of add()", element, "an option or an optgroup")
        if element.contains(self):
            raise HierarchyRequestError(f"{element!r} contains {self!r}, so it cannot become its child")
        if isinstance(before, int):
            options = self._options()
            before = options[before] if 0 <= before < len(options) else None
        elif before is not None and not (before is not self and self.contains(before)):
            raise NotFoundError(f"{before!r} is not in {self!r}")
        if before is element:
            return
        parent: Any = self if before is None else before.parentNode
        parent.insertBefore(element, before)

    def remove(self, index: int | None = None) -> None:
        """Remove the option at `index`; without it, the ``select`` itself from its parent.

        https://html.spec.whatwg.org/#dom-select-remove
        """
        if index is None:
            super().remove()
            return
        options = self._options()
        if 0 <= to_long(self, "the argument of remove()", index) < len(options):
            options[index].remove()

    @property
    def selectedOptions(self) -> HTMLCollection[HTMLOptionElement]:
        """The options that are selected, as of now. https://html.spec.whatwg.org/#dom-select-selectedoptions"""
        return HTMLCollection(self._selected(self._options()))

    @property
    def selectedIndex(self) -> int:
        """The index of the first option that is selected, or -1. https://html.spec.whatwg.org/#dom-select-selectedindex

        Setting it selects that option only, or none if there is no such one.

        Raises:
            TypeError: When set to what is not an integer.
        """
        options = self._options()
        selected = self._selected(options)
        return options.index(selected[0]) if selected else -1

    @selectedIndex.setter
    def selectedIndex(self, index: int) -> None:
        wanted = to_long(self, "selectedIndex", index)
        self._select([wanted] if 0 <= wanted < self.length else [])

    @property
    def value(self) -> str:
        """The value of the first option that is selected, or ``""``. https://html.spec.whatwg.org/#dom-select-value

        Setting it selects the first option with this value, or none if there is none. While the ``select`` has no
        options and no viewer has it, the value waits for its option.

        Raises:
            TypeError: When set to what is neither text nor a number.
        """
        selected = self._selected(self._options())
        return selected[0].value if selected else ""

    @value.setter
    def value(self, value: str | float) -> None:
        text = string(self, "value", value, none="")
        options = self._options()
        if not options and not self._number:
            self._put_control("value", text)
            return
        index = next((index for index, option in enumerate(options) if option.value == text), None)
        self._select([] if index is None else [index])

    def showPicker(self) -> None:
        """Open the list, as a click would; the browser wants a click or key before.

        https://html.spec.whatwg.org/#dom-select-showpicker
        """
        self._call("showPicker")

    # Inside

    def _options(self) -> list[HTMLOptionElement]:
        """https://html.spec.whatwg.org/#concept-select-option-list"""
        found: list[HTMLOptionElement] = []
        _collect(self, found)
        return found

    def _selected(self, options: list[HTMLOptionElement]) -> list[HTMLOptionElement]:
        properties = self._properties or {}
        multiple = "multiple" in self._attributes
        if "selectedOptions" in properties:
            selected = [
                options[index] for index in sorted(properties["selectedOptions"]) if index < len(options)
            ]
            return selected if multiple else selected[-1:]
        if "selectedIndex" in properties:
            index = properties["selectedIndex"]
            return [options[index]] if 0 <= index < len(options) else []
        if "value" in properties:
            return [option for option in options if option.value == properties["value"]][:1]
        return self._selected_by_attributes(options)

    def _selected_by_attributes(self, options: list[HTMLOptionElement]) -> list[HTMLOptionElement]:
        """https://html.spec.whatwg.org/#selectedness-setting-algorithm"""
        selected = [option for option in options if "selected" in option._attributes]
        if "multiple" in self._attributes:
            return selected
        return selected[-1:] if selected else self._selected_by_default(options)

    def _selected_by_default(self, options: list[HTMLOptionElement]) -> list[HTMLOptionElement]:
        if self.size > 1 or "multiple" in self._attributes:
            return []
        return next(([option] for option in options if not option._is_disabled()), [])

    def _select(self, indices: Iterable[int]) -> None:
        chosen = sorted(indices)
        if "multiple" in self._attributes:
            self._put_control("selectedOptions", chosen)
        else:
            self._put_control("selectedIndex", chosen[-1] if chosen else -1)

    def _keep_selection(
        self, change: Callable[[], None], new: Node | None, arriving: list[HTMLOptionElement]
    ) -> None:
        """Make a change of the options; what was selected stays so, although indices shift.

        As in a browser, an option that arrives selected is so afterwards; and where there must be a selection, the
        first option that can be.

        Args:
            change: Makes it.
            new: What is inserted by it, or ``None`` if something is taken out.
            arriving: The selected options in `new`.
        """
        before = self._selected(self._options())
        change()
        options = self._options()
        selected = [option for option in options if any(option is other for other in before)]
        selected += arriving
        may_choose = new is None or any(
            new.contains(option) and not option._is_disabled() for option in options
        )
        if "multiple" not in self._attributes:
            selected = selected[-1:]
            if not selected and may_choose:
                selected = self._selected_by_default(options)
        # A viewer gets the fewest moves that make the new order, and options keep their state when they move: what
        # counts in the end is said.
        stays = [option for option in options if option in selected] == self._selected(options)
        if self._number or not stays or (not selected and self._has_chosen()):
            self._select(index for index, option in enumerate(options) if option in selected)

    def _has_chosen(self) -> bool:
        """Whether properties tell what is selected, and not the attributes of the options."""
        return bool(self._properties) and not _SELECTIONS.isdisjoint(self._properties or ())

    def _has_one(self) -> bool:
        """Whether a property tells that an option is selected."""
        index: int = (self._properties or {}).get("selectedIndex", -1)
        return index >= 0

    def _waits_for_options(self) -> bool:
        return "value" in (self._properties or {})

    _appends_plainly: ClassVar[bool] = False

    def _insert(self, node: Node, before: Node | None) -> None:
        if before is node:
            before = node.nextSibling
        _around(self, node, before, lambda: super(HTMLSelectElement, self)._insert(node, before))

    def _take_out(self, child: Node) -> None:
        _around(self, child, child, lambda: super(HTMLSelectElement, self)._take_out(child), removal=True)

    def _remove_all(self) -> None:
        if not self._kids:
            return
        super()._remove_all()
        if not self._waits_for_options():
            self._reset()
            if self._number:
                self._select(())  # See `_keep_selection`.

    def _reset(self) -> None:
        for name in _SELECTIONS:
            (self._properties or {}).pop(name, None)

    def _is_edit(self, name: str, value: object) -> bool:
        match name:
            case "value":
                return isinstance(value, str)
            case "selectedIndex":
                return type(value) is int and value >= -1
            case "selectedOptions":
                return isinstance(value, list) and all(type(index) is int and index >= 0 for index in value)
        return False


class HTMLOptGroupElement(HTMLOptGroupElementAttributes, HTMLElement):
    """Options under a heading. https://html.spec.whatwg.org/#htmloptgroupelement"""

    __slots__ = ()

    _appends_plainly: ClassVar[bool] = False

    def _insert(self, node: Node, before: Node | None) -> None:
        select = self._select_around()
        if before is node:
            before = node.nextSibling
        # What comes last here may still be followed by options.
        _around(select, node, self, lambda: super(HTMLOptGroupElement, self)._insert(node, before))

    def _take_out(self, child: Node) -> None:
        select = self._select_around()
        _around(select, child, child, lambda: super(HTMLOptGroupElement, self)._take_out(child), removal=True)

    def _select_around(self) -> HTMLSelectElement | None:
        parent = self.parentElement
        return parent if isinstance(parent, HTMLSelectElement) else None


class HTMLOptionElement(HTMLOptionElementAttributes, HTMLElement):
    """An option of a ``select`` or a ``datalist``. https://html.spec.whatwg.org/#htmloptionelement"""

    __slots__ = ()

    @property
    def form(self) -> Any:
        """The form of its ``select``. https://html.spec.whatwg.org/#dom-option-form"""
        select = self._select_around()
        return None if select is None else select.form

    @property
    def value(self) -> str:
        """What is chosen with it: the attribute, or else its text. https://html.spec.whatwg.org/#dom-option-value"""
        value = self._attributes.get("value")
        return self.text if value is None else value

    @value.setter
    def value(self, value: str | float) -> None:
        self.setAttribute("value", string(self, "value", value))

    @property
    def label(self) -> str:
        """What is shown: the attribute, or else its text. https://html.spec.whatwg.org/#dom-option-label"""
        return self._attributes.get("label", "") or self.text

    @label.setter
    def label(self, label: str) -> None:
        self.setAttribute("label", string(self, "label", label))

    @property
    def text(self) -> str:
        """Its text, without superfluous white space. https://html.spec.whatwg.org/#dom-option-text"""
        return " ".join(_WORD.findall(self.textContent or ""))

    @text.setter
    def text(self, text: str) -> None:
        self.textContent = string(self, "text", text)

    @property
    def index(self) -> int:
        """Its index among the options of its ``select``; 0 without one. https://html.spec.whatwg.org/#dom-option-index"""
        select = self._select_around()
        return 0 if select is None else select._options().index(self)

    @property
    def selected(self) -> bool:
        """Whether it is selected. https://html.spec.whatwg.org/#dom-option-selected

        An option that is in no ``select`` yet keeps what is set as its attribute ``selected``.
        """
        select = self._select_around()
        if select is None:
            return "selected" in self._attributes
        return any(option is self for option in select._selected(select._options()))

    @selected.setter
    def selected(self, selected: bool) -> None:
        with self._document._lock:
            select = self._select_around()
            if select is None:
                self.defaultSelected = selected
                return
            options = select._options()
            others = [option for option in select._selected(options) if option is not self]
            if selected:
                wanted = [*others, self] if "multiple" in select._attributes else [self]
            else:
                wanted = others
                if not self.selected:
                    return
                if not wanted and "multiple" not in select._attributes:
                    wanted = select._selected_by_default(options)
            select._select(index for index, option in enumerate(options) if option in wanted)

    # Inside

    def _select_around(self) -> HTMLSelectElement | None:
        parent = self.parentElement
        if parent is not None and is_html(parent, "optgroup"):
            parent = parent.parentElement
        return parent if isinstance(parent, HTMLSelectElement) else None

    def _is_disabled(self) -> bool:
        """https://html.spec.whatwg.org/#concept-option-disabled"""
        parent = self.parentElement
        return "disabled" in self._attributes or (
            parent is not None and is_html(parent, "optgroup") and "disabled" in parent._attributes
        )


class HTMLDataListElement(HTMLElement):
    """Suggestions for an ``input``. https://html.spec.whatwg.org/#htmldatalistelement"""

    __slots__ = ()

    @property
    def options(self) -> HTMLCollection[HTMLOptionElement]:
        """The options, as of now. https://html.spec.whatwg.org/#dom-datalist-options"""
        return HTMLCollection(e for e in self._descendants() if isinstance(e, HTMLOptionElement))


_WORD = re.compile(r"[^\t\n\f\r ]+")
_SELECTIONS = frozenset({"value", "selectedIndex", "selectedOptions"})


def _collect(parent: Element, found: list[HTMLOptionElement]) -> None:
    kids = parent._read_kids()
    if not isinstance(kids, list):
        return
    for kid in kids:
        if isinstance(kid, HTMLOptionElement):
            found.append(kid)
        elif isinstance(kid, HTMLOptGroupElement) and isinstance(parent, HTMLSelectElement):
            _collect(kid, found)


def _around(
    select: HTMLSelectElement | None,
    node: Node,
    before: Node | None,
    change: Callable[[], None],
    *,
    removal: bool = False,
) -> None:
    """Make a change of a select's children, so that what is selected in it stays so."""
    arriving: list[HTMLOptionElement] = []
    if not removal and isinstance(node, (HTMLOptionElement, HTMLOptGroupElement)):
        inside = [option for option in (node, *node._descendants()) if isinstance(option, HTMLOptionElement)]
        if node._parent is None or select is None or not select.contains(node):
            arriving = [option for option in inside if "selected" in option._attributes]
        else:
            selected = select._selected(select._options())
            arriving = [option for option in inside if any(option is other for other in selected)]
            node._parent._take_out(node)
    if (
        select is None
        or not isinstance(node, (HTMLOptionElement, HTMLOptGroupElement))
        or select._waits_for_options()
        # An option that comes last shifts no other.
        or (before is None and (not select._has_chosen() or (not arriving and select._has_one())))
    ):
        change()
    else:
        select._keep_selection(change, None if removal else node, arriving)
