"""Which element has which interface."""

from __future__ import annotations

import re
from typing import Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.html.base import (
    HTMLElement,
    HTMLUnknownElement,
    MathMLElement,
    SVGElement,
)
from domsync_jupyter.dom.html.forms import (
    HTMLFieldSetElement,
    HTMLFormElement,
    HTMLLabelElement,
    HTMLLegendElement,
    HTMLMeterElement,
    HTMLOutputElement,
    HTMLProgressElement,
)
from domsync_jupyter.dom.html.input import HTMLButtonElement, HTMLInputElement, HTMLTextAreaElement
from domsync_jupyter.dom.html.interactive import HTMLDetailsElement, HTMLDialogElement
from domsync_jupyter.dom.html.media import (
    HTMLAudioElement,
    HTMLCanvasElement,
    HTMLEmbedElement,
    HTMLIFrameElement,
    HTMLImageElement,
    HTMLObjectElement,
    HTMLPictureElement,
    HTMLSourceElement,
    HTMLTrackElement,
    HTMLVideoElement,
)
from domsync_jupyter.dom.html.select import (
    HTMLDataListElement,
    HTMLOptGroupElement,
    HTMLOptionElement,
    HTMLSelectElement,
)
from domsync_jupyter.dom.html.simple import (
    HTMLAnchorElement,
    HTMLAreaElement,
    HTMLBaseElement,
    HTMLBodyElement,
    HTMLBRElement,
    HTMLDataElement,
    HTMLDirectoryElement,
    HTMLDivElement,
    HTMLDListElement,
    HTMLFontElement,
    HTMLFrameElement,
    HTMLFrameSetElement,
    HTMLHeadElement,
    HTMLHeadingElement,
    HTMLHRElement,
    HTMLHtmlElement,
    HTMLLIElement,
    HTMLLinkElement,
    HTMLMapElement,
    HTMLMarqueeElement,
    HTMLMenuElement,
    HTMLMetaElement,
    HTMLModElement,
    HTMLOListElement,
    HTMLParagraphElement,
    HTMLParamElement,
    HTMLPreElement,
    HTMLQuoteElement,
    HTMLScriptElement,
    HTMLSelectedContentElement,
    HTMLSlotElement,
    HTMLSpanElement,
    HTMLStyleElement,
    HTMLTemplateElement,
    HTMLTimeElement,
    HTMLTitleElement,
    HTMLUListElement,
)
from domsync_jupyter.dom.html.tables import (
    HTMLTableCaptionElement,
    HTMLTableCellElement,
    HTMLTableColElement,
    HTMLTableElement,
    HTMLTableRowElement,
    HTMLTableSectionElement,
)

__all__ = ["TAGS", "interface_for"]

#: https://html.spec.whatwg.org/#elements-in-the-dom
TAGS: Final[dict[type[HTMLElement], str]] = {
    HTMLAnchorElement: "a",
    HTMLAreaElement: "area",
    HTMLAudioElement: "audio",
    HTMLBRElement: "br",
    HTMLBaseElement: "base",
    HTMLBodyElement: "body",
    HTMLButtonElement: "button",
    HTMLCanvasElement: "canvas",
    HTMLDListElement: "dl",
    HTMLDataElement: "data",
    HTMLDataListElement: "datalist",
    HTMLDetailsElement: "details",
    HTMLDialogElement: "dialog",
    HTMLDirectoryElement: "dir",
    HTMLDivElement: "div",
    HTMLElement: (
        "abbr acronym address article aside b basefont bdi bdo big center cite code dd dfn dt em "
        "figcaption figure footer header hgroup i kbd main mark nav nobr noembed noframes noscript "
        "plaintext rb rp rt rtc ruby s samp search section small strike strong sub summary sup tt u var "
        "wbr"
    ),
    HTMLEmbedElement: "embed",
    HTMLFieldSetElement: "fieldset",
    HTMLFontElement: "font",
    HTMLFormElement: "form",
    HTMLFrameElement: "frame",
    HTMLFrameSetElement: "frameset",
    HTMLHRElement: "hr",
    HTMLHeadElement: "head",
    HTMLHeadingElement: "h1 h2 h3 h4 h5 h6",
    HTMLHtmlElement: "html",
    HTMLIFrameElement: "iframe",
    HTMLImageElement: "img",
    HTMLInputElement: "input",
    HTMLLIElement: "li",
    HTMLLabelElement: "label",
    HTMLLegendElement: "legend",
    HTMLLinkElement: "link",
    HTMLMapElement: "map",
    HTMLMarqueeElement: "marquee",
    HTMLMenuElement: "menu",
    HTMLMetaElement: "meta",
    HTMLMeterElement: "meter",
    HTMLModElement: "del ins",
    HTMLOListElement: "ol",
    HTMLObjectElement: "object",
    HTMLOptGroupElement: "optgroup",
    HTMLOptionElement: "option",
    HTMLOutputElement: "output",
    HTMLParagraphElement: "p",
    HTMLParamElement: "param",
    HTMLPictureElement: "picture",
    HTMLPreElement: "pre listing xmp",
    HTMLProgressElement: "progress",
    HTMLQuoteElement: "blockquote q",
    HTMLScriptElement: "script",
    HTMLSelectElement: "select",
    HTMLSelectedContentElement: "selectedcontent",
    HTMLSlotElement: "slot",
    HTMLSourceElement: "source",
    HTMLSpanElement: "span",
    HTMLStyleElement: "style",
    HTMLTableCaptionElement: "caption",
    HTMLTableCellElement: "td th",
    HTMLTableColElement: "col colgroup",
    HTMLTableElement: "table",
    HTMLTableRowElement: "tr",
    HTMLTableSectionElement: "tbody tfoot thead",
    HTMLTemplateElement: "template",
    HTMLTextAreaElement: "textarea",
    HTMLTimeElement: "time",
    HTMLTitleElement: "title",
    HTMLTrackElement: "track",
    HTMLUListElement: "ul",
    HTMLVideoElement: "video",
}
_INTERFACES: Final[dict[str, type[HTMLElement]]] = {
    tag: cls for cls, tags in TAGS.items() for tag in tags.split()
}

# https://html.spec.whatwg.org/#valid-custom-element-name
_CUSTOM = re.compile(r"[a-z][^\0\t\n\f\r />A-Z]*-[^\0\t\n\f\r />A-Z]*")
_NOT_CUSTOM = frozenset({
    "annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri", "font-face-format",
    "font-face-name", "missing-glyph",
})  # fmt: skip


def interface_for(namespace: str | None, local_name: str) -> type[Element]:
    """The class for elements of this name. https://dom.spec.whatwg.org/#concept-element-interface

    Args:
        namespace: As in `Document.createElementNS`.
        local_name: Without a prefix; for HTML in lower case.
    """
    if namespace == names.HTML:
        found = _INTERFACES.get(local_name)
        if found is None:
            is_custom = _CUSTOM.fullmatch(local_name) and local_name not in _NOT_CUSTOM
            found = HTMLElement if is_custom else HTMLUnknownElement
        return found
    if namespace == names.SVG:
        return SVGElement
    if namespace == names.MATHML:
        return MathMLElement
    return Element
