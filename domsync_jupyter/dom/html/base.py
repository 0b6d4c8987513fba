"""`HTMLElement`, and what it shares with the elements of SVG and MathML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

from domsync_jupyter.dom import names
from domsync_jupyter.dom.dataset import DOMStringMap
from domsync_jupyter.dom.element import Element, make_element
from domsync_jupyter.dom.element_members import options
from domsync_jupyter.dom.reflected_table import (
    ElementContentEditableAttributes,
    HTMLElementAttributes,
    HTMLOrSVGOrMathMLElementAttributes,
)
from domsync_jupyter.dom.reflection import parse_integer, string, to_long
from domsync_jupyter.dom.style import CSSStyleDeclaration
from domsync_jupyter.errors import DOMSyntaxError

if TYPE_CHECKING:
    from domsync_jupyter.dom.html.forms import HTMLFormElement

__all__ = [
    "FocusOptions",
    "HTMLElement",
    "HTMLOrSVGOrMathMLElement",
    "HTMLUnknownElement",
    "MathMLElement",
    "SVGElement",
]


E = TypeVar("E", bound=Element)


class FocusOptions(TypedDict, total=False):
    """https://html.spec.whatwg.org/#focusoptions"""

    preventScroll: bool
    focusVisible: bool


_FOCUS_OPTIONS: Final = frozenset(FocusOptions.__annotations__)


class HTMLOrSVGOrMathMLElement(HTMLOrSVGOrMathMLElementAttributes, Element):
    """What elements of HTML, SVG and MathML have. https://html.spec.whatwg.org/#htmlorsvgormathmlelement"""

    __slots__ = ()

    @property
    def style(self) -> CSSStyleDeclaration:
        """The ``style`` attribute as declarations. https://drafts.csswg.org/cssom/#dom-elementcssinlinestyle-style

        Setting it sets the attribute's text, as does ``style.cssText = ...``.
        """
        return CSSStyleDeclaration(self)

    @style.setter
    def style(self, text: str) -> None:
        CSSStyleDeclaration(self).cssText = text

    @property
    def dataset(self) -> DOMStringMap:
        """The ``data-*`` attributes. https://html.spec.whatwg.org/#dom-dataset"""
        return DOMStringMap(self)

    @property
    def tabIndex(self) -> int:
        """Where it comes when a person tabs; -1 for never. https://html.spec.whatwg.org/#dom-tabindex"""
        index = parse_integer(self._attributes.get("tabindex", ""))
        if index is not None and -(2**31) <= index < 2**31:
            return index
        return 0 if self._is_focusable() else -1

    @tabIndex.setter
    def tabIndex(self, index: int) -> None:
        self.setAttribute("tabindex", str(to_long(self, "tabIndex", index)))

    def focus(self, options: FocusOptions | None = None) -> None:
        """Focus the element, in every view. https://html.spec.whatwg.org/#dom-focus

        Args:
            options: ``preventScroll`` and ``focusVisible``.

        Raises:
            TypeError: If an option is not known.
        """
        if options is None:
            self._call("focus")
        else:
            self._call("focus", _checked(self, "focus", options, _FOCUS_OPTIONS))

    def blur(self) -> None:
        """Take the focus away. https://html.spec.whatwg.org/#dom-blur"""
        self._call("blur")

    def _is_focusable(self) -> bool:
        """Whether its ``tabIndex`` is 0 without a ``tabindex``."""
        return self._namespace == names.SVG and names.local(self._tag) == "a"


_checked = options  # `focus` has an argument of that name


class HTMLElement(HTMLElementAttributes, ElementContentEditableAttributes, HTMLOrSVGOrMathMLElement):
    """An element of HTML. https://html.spec.whatwg.org/#htmlelement"""

    __slots__ = ()

    # User interaction

    @property
    def hidden(self) -> bool | str:
        """Whether it is hidden, or ``"until-found"``. https://html.spec.whatwg.org/#dom-hidden"""
        text = self._attributes.get("hidden")
        if text is None:
            return False
        return "until-found" if text.lower() == "until-found" else True

    @hidden.setter
    def hidden(self, hidden: bool | float | str | None) -> None:
        if isinstance(hidden, str) and hidden.lower() == "until-found":
            self.setAttribute("hidden", "until-found")
        elif hidden and hidden == hidden:  # noqa: PLR0124 - NaN counts as false
            self.setAttribute("hidden", "")
        else:
            self.removeAttribute("hidden")

    @property
    def translate(self) -> bool:
        """Whether a translator shall translate it; inherited. https://html.spec.whatwg.org/#dom-translate"""
        for element in self._self_and_ancestors():
            match element._attributes.get("translate", "inherit").lower():
                case "" | "yes":
                    return True
                case "no":
                    return False
        return True

    @translate.setter
    def translate(self, translate: bool) -> None:
        self.setAttribute("translate", "yes" if translate else "no")

    @property
    def draggable(self) -> bool:
        """Whether it can be dragged. https://html.spec.whatwg.org/#dom-draggable"""
        text = self._attributes.get("draggable", "auto").lower()
        if text in ("true", "false"):
            return text == "true"
        return self._tag == "img" or (self._tag == "a" and "href" in self._attributes)

    @draggable.setter
    def draggable(self, draggable: bool) -> None:
        self.setAttribute("draggable", "true" if draggable else "false")

    @property
    def spellcheck(self) -> bool:
        """Whether its text is checked for spelling; inherited. https://html.spec.whatwg.org/#dom-spellcheck"""
        for element in self._self_and_ancestors():
            match element._attributes.get("spellcheck", "default").lower():
                case "" | "true":
                    return True
                case "false":
                    return False
        return True

    @spellcheck.setter
    def spellcheck(self, spellcheck: bool) -> None:
        self.setAttribute("spellcheck", "true" if spellcheck else "false")

    @property
    def writingSuggestions(self) -> str:
        """``"true"`` or ``"false"``; inherited. https://html.spec.whatwg.org/#dom-writingsuggestions"""
        for element in self._self_and_ancestors():
            text = element._attributes.get("writingsuggestions")
            if text is not None:
                return "false" if text.lower() == "false" else "true"
        return "true"

    @writingSuggestions.setter
    def writingSuggestions(self, text: str) -> None:
        self.setAttribute("writingsuggestions", string(self, "writingSuggestions", text))

    @property
    def autocapitalize(self) -> str:
        """What a keyboard writes in capitals by itself; a control asks its form.

        https://html.spec.whatwg.org/#dom-autocapitalize
        """
        text = self._attributes.get("autocapitalize", "").lower()
        if not text and self._tag in _AUTOCAPITALIZE_FROM_FORM:
            form = self._form_owner()
            text = "" if form is None else form._attributes.get("autocapitalize", "").lower()
        if not text:
            return ""
        return _AUTOCAPITALIZE.get(text, "sentences")

    @autocapitalize.setter
    def autocapitalize(self, text: str) -> None:
        self.setAttribute("autocapitalize", string(self, "autocapitalize", text))

    @property
    def autocorrect(self) -> bool:
        """Whether a keyboard may correct what is typed. https://html.spec.whatwg.org/#dom-autocorrect"""
        if self._tag == "input" and self._attributes.get("type", "").lower() in ("url", "email", "password"):
            return False
        text = self._attributes.get("autocorrect")
        if text is None and self._tag in _AUTOCAPITALIZE_FROM_FORM:
            form = self._form_owner()
            text = None if form is None else form._attributes.get("autocorrect")
        return text is None or text.lower() != "off"

    @autocorrect.setter
    def autocorrect(self, autocorrect: bool) -> None:
        self.setAttribute("autocorrect", "on" if autocorrect else "off")

    @property
    def contentEditable(self) -> str:
        """``"true"``, ``"false"``, ``"plaintext-only"`` or ``"inherit"``.

        https://html.spec.whatwg.org/#dom-contenteditable

        Raises:
            DOMSyntaxError: When set to something else.
        """
        text = self._attributes.get("contenteditable", "inherit").lower()
        return "true" if text == "" else text if text in _EDITABLE else "inherit"

    @contentEditable.setter
    def contentEditable(self, text: str) -> None:
        keyword = string(self, "contentEditable", text).lower()
        if keyword == "inherit":
            self.removeAttribute("contenteditable")
        elif keyword in _EDITABLE:
            self.setAttribute("contenteditable", keyword)
        else:
            raise DOMSyntaxError(
                f"contentEditable must be one of {', '.join(_EDITABLE)} and inherit, not {text!r}"
            )

    @property
    def isContentEditable(self) -> bool:
        """Whether a person can edit it, itself or as a part. https://html.spec.whatwg.org/#dom-iscontenteditable"""
        for element in self._self_and_ancestors():
            editable = element.contentEditable if isinstance(element, HTMLElement) else "inherit"
            if editable != "inherit":
                return editable != "false"
        return False

    def click(self) -> None:
        """Click it, in every view. https://html.spec.whatwg.org/#dom-click"""
        self._call("click")

    # Popovers

    def showPopover(self) -> None:
        """Show a popover, in every view. https://html.spec.whatwg.org/#dom-showpopover"""
        self._call("showPopover")

    def hidePopover(self) -> None:
        """Hide a popover, in every view. https://html.spec.whatwg.org/#dom-hidepopover"""
        self._call("hidePopover")

    def togglePopover(self, force: bool | None = None) -> None:
        """Show or hide a popover, in every view. https://html.spec.whatwg.org/#dom-togglepopover

        Args:
            force: If true only show, if false only hide.
        """
        if force is None:
            self._call("togglePopover")
        else:
            self._call("togglePopover", bool(force))

    # Inside

    def _self_and_ancestors(self) -> list[Element]:
        chain: list[Element] = []
        element: Element | None = self
        while element is not None:
            chain.append(element)
            element = element.parentElement
        return chain

    def _form_owner(self) -> HTMLFormElement | None:
        """https://html.spec.whatwg.org/#form-owner"""
        identifier = self._attributes.get("form")
        if identifier is not None and self.isConnected:
            found = self._document.getElementById(identifier, strict=False) if identifier else None
            is_form = found is not None and found._tag == "form" and found.isConnected
            return found if is_form else None  # type: ignore[return-value]  # its tag says so
        element = self.parentElement
        while element is not None and not (element._tag == "form" and element._namespace == names.HTML):
            element = element.parentElement
        return element  # type: ignore[return-value]  # its tag says so

    def _make(self, interface: type[E], tag: str) -> E:
        element = make_element(self._document, names.HTML, tag, interface)
        assert isinstance(element, interface)
        return element

    def _is_focusable(self) -> bool:
        return self._tag in _FOCUSABLE or (self._tag == "summary" and self._is_summary_of_its_parent())

    def _is_summary_of_its_parent(self) -> bool:
        details = self.parentElement
        if details is None or details._tag != "details":
            return False
        return next((child for child in details.children if child._tag == "summary"), None) is self


class HTMLUnknownElement(HTMLElement):
    """An element that HTML does not define. https://html.spec.whatwg.org/#htmlunknownelement"""

    __slots__ = ()


class SVGElement(HTMLOrSVGOrMathMLElement):
    """An element of SVG, such as a circle: its geometry is set with `setAttribute`.

    https://svgwg.org/svg2-draft/types.html#InterfaceSVGElement

    ``className`` is a ``str`` here; in browsers it is an ``SVGAnimatedString``.
    """

    __slots__ = ()

    @property
    def ownerSVGElement(self) -> SVGElement | None:
        """The nearest ``svg`` around it. https://svgwg.org/svg2-draft/types.html#__svg__SVGElement__ownerSVGElement"""
        element = self.parentElement
        while element is not None and element._namespace == names.SVG:
            if element._tag.rpartition(":")[2] == "svg":
                return element if isinstance(element, SVGElement) else None
            element = element.parentElement
        return None


class MathMLElement(HTMLOrSVGOrMathMLElement):
    """An element of MathML. https://w3c.github.io/mathml-core/#dom-mathmlelement"""

    __slots__ = ()


_FOCUSABLE = frozenset({"a", "area", "button", "frame", "iframe", "input", "object", "select", "textarea"})
_EDITABLE = ("true", "false", "plaintext-only")
_AUTOCAPITALIZE = {
    "none": "none", "off": "none", "on": "sentences", "sentences": "sentences", "words": "words",
    "characters": "characters",
}  # fmt: skip
_AUTOCAPITALIZE_FROM_FORM = frozenset({"button", "fieldset", "input", "output", "select", "textarea"})
