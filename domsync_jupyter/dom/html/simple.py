"""The interfaces which have hardly more than reflected properties."""

from __future__ import annotations

from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.html.collections import HTMLCollection
from domsync_jupyter.dom.reflected_table import (
    HTMLAnchorElementAttributes,
    HTMLAreaElementAttributes,
    HTMLBaseElementAttributes,
    HTMLBodyElementAttributes,
    HTMLBRElementAttributes,
    HTMLDataElementAttributes,
    HTMLDirectoryElementAttributes,
    HTMLDivElementAttributes,
    HTMLDListElementAttributes,
    HTMLFontElementAttributes,
    HTMLFrameElementAttributes,
    HTMLFrameSetElementAttributes,
    HTMLHeadingElementAttributes,
    HTMLHRElementAttributes,
    HTMLHtmlElementAttributes,
    HTMLHyperlinkElementUtilsAttributes,
    HTMLLIElementAttributes,
    HTMLLinkElementAttributes,
    HTMLMapElementAttributes,
    HTMLMarqueeElementAttributes,
    HTMLMenuElementAttributes,
    HTMLMetaElementAttributes,
    HTMLModElementAttributes,
    HTMLOListElementAttributes,
    HTMLParagraphElementAttributes,
    HTMLParamElementAttributes,
    HTMLPreElementAttributes,
    HTMLQuoteElementAttributes,
    HTMLScriptElementAttributes,
    HTMLSlotElementAttributes,
    HTMLStyleElementAttributes,
    HTMLTemplateElementAttributes,
    HTMLTimeElementAttributes,
    HTMLUListElementAttributes,
    HyperlinkElementUtilsAttributes,
)
from domsync_jupyter.dom.reflection import string

__all__ = [
    "HTMLAnchorElement",
    "HTMLAreaElement",
    "HTMLBRElement",
    "HTMLBaseElement",
    "HTMLBodyElement",
    "HTMLDListElement",
    "HTMLDataElement",
    "HTMLDirectoryElement",
    "HTMLDivElement",
    "HTMLFontElement",
    "HTMLFrameElement",
    "HTMLFrameSetElement",
    "HTMLHRElement",
    "HTMLHeadElement",
    "HTMLHeadingElement",
    "HTMLHtmlElement",
    "HTMLLIElement",
    "HTMLLinkElement",
    "HTMLMapElement",
    "HTMLMarqueeElement",
    "HTMLMenuElement",
    "HTMLMetaElement",
    "HTMLModElement",
    "HTMLOListElement",
    "HTMLParagraphElement",
    "HTMLParamElement",
    "HTMLPreElement",
    "HTMLQuoteElement",
    "HTMLScriptElement",
    "HTMLSelectedContentElement",
    "HTMLSlotElement",
    "HTMLSpanElement",
    "HTMLStyleElement",
    "HTMLTemplateElement",
    "HTMLTimeElement",
    "HTMLTitleElement",
    "HTMLUListElement",
]


def own_text(element: HTMLElement) -> str:
    """The text of its children. https://dom.spec.whatwg.org/#concept-child-text-content"""
    kids = element._read_kids()
    if not isinstance(kids, list):
        return kids or ""
    return "".join(kid.textContent or "" for kid in kids if kid.nodeType == element.TEXT_NODE)


class HTMLAnchorElement(
    HTMLAnchorElementAttributes,
    HyperlinkElementUtilsAttributes,
    HTMLHyperlinkElementUtilsAttributes,
    HTMLElement,
):
    """A link. https://html.spec.whatwg.org/#htmlanchorelement"""

    __slots__ = ()

    @property
    def text(self) -> str:
        """Its text. https://html.spec.whatwg.org/#dom-a-text"""
        return self.textContent or ""

    @text.setter
    def text(self, text: str) -> None:
        self.textContent = string(self, "text", text)


class HTMLAreaElement(
    HTMLAreaElementAttributes,
    HyperlinkElementUtilsAttributes,
    HTMLHyperlinkElementUtilsAttributes,
    HTMLElement,
):
    """A link in a part of an image. https://html.spec.whatwg.org/#htmlareaelement"""

    __slots__ = ()


class HTMLBaseElement(HTMLBaseElementAttributes, HTMLElement):
    """The address that others are relative to. https://html.spec.whatwg.org/#htmlbaseelement"""

    __slots__ = ()


class HTMLBodyElement(HTMLBodyElementAttributes, HTMLElement):
    """The body of a page. https://html.spec.whatwg.org/#htmlbodyelement"""

    __slots__ = ()


class HTMLBRElement(HTMLBRElementAttributes, HTMLElement):
    """A line break. https://html.spec.whatwg.org/#htmlbrelement"""

    __slots__ = ()


class HTMLDataElement(HTMLDataElementAttributes, HTMLElement):
    """Something with a value for machines. https://html.spec.whatwg.org/#htmldataelement"""

    __slots__ = ()


class HTMLDirectoryElement(HTMLDirectoryElementAttributes, HTMLElement):
    """A list; obsolete. https://html.spec.whatwg.org/#htmldirectoryelement"""

    __slots__ = ()


class HTMLDivElement(HTMLDivElementAttributes, HTMLElement):
    """A block of anything. https://html.spec.whatwg.org/#htmldivelement"""

    __slots__ = ()


class HTMLDListElement(HTMLDListElementAttributes, HTMLElement):
    """A list of terms and descriptions. https://html.spec.whatwg.org/#htmldlistelement"""

    __slots__ = ()


class HTMLFontElement(HTMLFontElementAttributes, HTMLElement):
    """Text in another font; obsolete. https://html.spec.whatwg.org/#htmlfontelement"""

    __slots__ = ()


class HTMLFrameElement(HTMLFrameElementAttributes, HTMLElement):
    """A frame; obsolete. https://html.spec.whatwg.org/#htmlframeelement"""

    __slots__ = ()


class HTMLFrameSetElement(HTMLFrameSetElementAttributes, HTMLElement):
    """A set of frames; obsolete. https://html.spec.whatwg.org/#htmlframesetelement"""

    __slots__ = ()


class HTMLHeadElement(HTMLElement):
    """The head of a page. https://html.spec.whatwg.org/#htmlheadelement"""

    __slots__ = ()


class HTMLHeadingElement(HTMLHeadingElementAttributes, HTMLElement):
    """A heading, ``h1`` to ``h6``. https://html.spec.whatwg.org/#htmlheadingelement"""

    __slots__ = ()


class HTMLHRElement(HTMLHRElementAttributes, HTMLElement):
    """A break between subjects. https://html.spec.whatwg.org/#htmlhrelement"""

    __slots__ = ()


class HTMLHtmlElement(HTMLHtmlElementAttributes, HTMLElement):
    """The root of a page. https://html.spec.whatwg.org/#htmlhtmlelement"""

    __slots__ = ()


class HTMLLIElement(HTMLLIElementAttributes, HTMLElement):
    """An item of a list. https://html.spec.whatwg.org/#htmllielement"""

    __slots__ = ()


class HTMLLinkElement(HTMLLinkElementAttributes, HTMLElement):
    """A link to a style sheet or the like. https://html.spec.whatwg.org/#htmllinkelement"""

    __slots__ = ()


class HTMLMapElement(HTMLMapElementAttributes, HTMLElement):
    """An image map. https://html.spec.whatwg.org/#htmlmapelement"""

    __slots__ = ()

    @property
    def areas(self) -> HTMLCollection[HTMLAreaElement]:
        """The areas, as of now. https://html.spec.whatwg.org/#dom-map-areas"""
        return HTMLCollection(e for e in self._descendants() if isinstance(e, HTMLAreaElement))


class HTMLMarqueeElement(HTMLMarqueeElementAttributes, HTMLElement):
    """Text that moves; obsolete. https://html.spec.whatwg.org/#htmlmarqueeelement"""

    __slots__ = ()


class HTMLMenuElement(HTMLMenuElementAttributes, HTMLElement):
    """A list of commands. https://html.spec.whatwg.org/#htmlmenuelement"""

    __slots__ = ()


class HTMLMetaElement(HTMLMetaElementAttributes, HTMLElement):
    """What is to be known of a page. https://html.spec.whatwg.org/#htmlmetaelement"""

    __slots__ = ()


class HTMLModElement(HTMLModElementAttributes, HTMLElement):
    """What was inserted or deleted. https://html.spec.whatwg.org/#htmlmodelement"""

    __slots__ = ()


class HTMLOListElement(HTMLOListElementAttributes, HTMLElement):
    """An ordered list. https://html.spec.whatwg.org/#htmlolistelement"""

    __slots__ = ()


class HTMLParagraphElement(HTMLParagraphElementAttributes, HTMLElement):
    """A paragraph. https://html.spec.whatwg.org/#htmlparagraphelement"""

    __slots__ = ()


class HTMLParamElement(HTMLParamElementAttributes, HTMLElement):
    """A parameter of an ``object``; obsolete. https://html.spec.whatwg.org/#htmlparamelement"""

    __slots__ = ()


class HTMLPreElement(HTMLPreElementAttributes, HTMLElement):
    """Text with its white space. https://html.spec.whatwg.org/#htmlpreelement"""

    __slots__ = ()


class HTMLQuoteElement(HTMLQuoteElementAttributes, HTMLElement):
    """A quotation. https://html.spec.whatwg.org/#htmlquoteelement"""

    __slots__ = ()


class HTMLScriptElement(HTMLScriptElementAttributes, HTMLElement):
    """A script. https://html.spec.whatwg.org/#htmlscriptelement"""

    __slots__ = ()

    @property
    def text(self) -> str:
        """Its own text. https://html.spec.whatwg.org/#dom-script-text"""
        return own_text(self)

    @text.setter
    def text(self, text: str) -> None:
        self.textContent = string(self, "text", text)


class HTMLSelectedContentElement(HTMLElement):
    """A copy of the selected option. https://html.spec.whatwg.org/#htmlselectedcontentelement"""

    __slots__ = ()


class HTMLSlotElement(HTMLSlotElementAttributes, HTMLElement):
    """A place for what is given from outside. https://html.spec.whatwg.org/#htmlslotelement"""

    __slots__ = ()


class HTMLSpanElement(HTMLElement):
    """A stretch of text. https://html.spec.whatwg.org/#htmlspanelement"""

    __slots__ = ()


class HTMLStyleElement(HTMLStyleElementAttributes, HTMLElement):
    """A style sheet. https://html.spec.whatwg.org/#htmlstyleelement"""

    __slots__ = ()


class HTMLTemplateElement(HTMLTemplateElementAttributes, HTMLElement):
    """A template. https://html.spec.whatwg.org/#htmltemplateelement"""

    __slots__ = ()


class HTMLTimeElement(HTMLTimeElementAttributes, HTMLElement):
    """A date or a time. https://html.spec.whatwg.org/#htmltimeelement"""

    __slots__ = ()


class HTMLTitleElement(HTMLElement):
    """The title of a page. https://html.spec.whatwg.org/#htmltitleelement"""

    __slots__ = ()

    @property
    def text(self) -> str:
        """Its own text. https://html.spec.whatwg.org/#dom-title-text"""
        return own_text(self)

    @text.setter
    def text(self, text: str) -> None:
        self.textContent = string(self, "text", text)


class HTMLUListElement(HTMLUListElementAttributes, HTMLElement):
    """An unordered list. https://html.spec.whatwg.org/#htmlulistelement"""

    __slots__ = ()
