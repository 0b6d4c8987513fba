"""Write ``docs/dom-coverage.md``: which members of the standards' interfaces there are here, and why others are not.

python scripts/dom_coverage.py            # write the page
python scripts/dom_coverage.py --check    # fail if it is not what would be written
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from domsync_jupyter import dom  # noqa: E402 - the checkout's, not one that is installed
from domsync_jupyter.dom import html  # noqa: E402
from domsync_jupyter.dom.child import ChildNode  # noqa: E402
from domsync_jupyter.dom.dataset import DOMStringMap  # noqa: E402
from domsync_jupyter.dom.parent import ParentNode  # noqa: E402
from domsync_jupyter.dom.style import CSSStyleDeclaration  # noqa: E402
from domsync_jupyter.dom.token_list import DOMTokenList  # noqa: E402
from scripts.make_reflected import load  # noqa: E402

PAGE = ROOT / "docs" / "dom-coverage.md"

#: Interface of the standard -> the class here that has its members.
CLASSES: dict[str, type] = {
    "EventTarget": dom.Element,
    "Event": dom.Event,
    "Node": dom.Element,
    "ParentNode": ParentNode,
    "ChildNode": ChildNode,
    "NonDocumentTypeChildNode": dom.Element,
    "NonElementParentNode": dom.Document,
    "Slottable": dom.Element,
    "CharacterData": dom.CharacterData,
    "Text": dom.Text,
    "Comment": dom.Comment,
    "Document": dom.Document,
    "DocumentOrShadowRoot": dom.Document,
    "DocumentFragment": dom.DocumentFragment,
    "Element": dom.Element,
    "ARIAMixin": dom.Element,
    "DOMTokenList": DOMTokenList,
    "DOMStringMap": DOMStringMap,
    "CSSStyleDeclaration": CSSStyleDeclaration,
    "CSSStyleProperties": CSSStyleDeclaration,
    "HTMLCollection": html.HTMLCollection,
    "HTMLFormControlsCollection": html.HTMLFormControlsCollection,
    "HTMLOptionsCollection": html.HTMLOptionsCollection,
    "SVGElement": html.SVGElement,
    "MathMLElement": html.MathMLElement,
    "HTMLOrSVGOrMathMLElement": html.HTMLOrSVGOrMathMLElement,
    "ElementCSSInlineStyle": html.HTMLElement,
    "ElementContentEditable": html.HTMLElement,
    "HyperlinkElementUtils": html.HTMLAnchorElement,
    "HTMLHyperlinkElementUtils": html.HTMLAnchorElement,
    "PopoverTargetAttributes": html.HTMLButtonElement,
    **{
        name: getattr(html, name)
        for name in html.__all__
        if name.endswith("Element") and name.startswith("HTML")
    },
}
#: Here they are lists, or something else altogether.
NOT_HERE = {"NodeList"}

#: Members that objects have although their class does not: ``__getattr__`` makes them.
DYNAMIC = {"CSSStyleProperties.cssFloat"}

LAYOUT = "known to the page only: ask it with a listener's `js_value_getter`"
MEDIA = "known to the page only: listen to its events with a `js_value_getter`"
RESOLVED = (
    "Python does not know the address of the page, so it cannot resolve one; use `urllib.parse` on `href`"
)
VALIDITY = "known to the page only; `setCustomValidity` and `reportValidity` reach it"
SHADOW = "no shadow trees, templates or custom elements in Python"
ATTR = "no `Attr` nodes: use `getAttribute` and its like"
LIST = "use what a Python `list` has"
NEEDED = "nobody has needed it yet: say so, and it will come"
PAGE_ONLY = "belongs to the page around the document, of which Python has no part"
SELECTION = "known to the page only; `setSelectionRange` sets it"
OBSOLETE = "obsolete"
SCRIPT = "the document is data: it loads and runs nothing"
BOUND = "events come from a page: use `addEventListener` on an element"

#: Patterns of "Interface.member" -> why it is not there. The first that matches counts.
REASONS: dict[str, str] = {
    r"Event\.(initEvent|returnValue|cancelBubble|srcElement|NONE|.*_PHASE)": OBSOLETE,
    r"Event\.(cancelable|timeStamp|composed|isTrusted)": "name it in the `fields` of `addEventListener`",
    r"Event\.composedPath": NEEDED,
    r"EventTarget\.when": NEEDED,
    r"Element\.(attachShadow|shadowRoot|customElementRegistry)|Slottable\.assignedSlot|HTMLSlotElement\..*": SHADOW,
    r"HTMLElement\.attachInternals|HTMLTemplateElement\.content": SHADOW,
    r"Element\.\w*AttributeNode\w*|Document\.createAttribute\w*": ATTR,
    r"Element\.(setHTML|setHTMLUnsafe|getHTML)": "use `innerHTML`, which lets in what is safe",
    r"Element\.(get\w*Rects?|getBoundingClientRect|checkVisibility|client\w+|currentCSSZoom)": LAYOUT,
    r"Element\.scroll(Width|Height)": LAYOUT,
    r"HTMLElement\.(offset\w+|scrollParent)|HTMLImageElement\.(x|y|natural\w+|complete|currentSrc|decode)": LAYOUT,
    r"HTMLElement\.accessKeyLabel|HTMLCanvasElement\..*|HTMLVideoElement\.video\w+": LAYOUT,
    r"Element\.webkitMatchesSelector": OBSOLETE,
    r"HTMLElement\.outerText": NEEDED,
    r"\w+\.nonce": "its purpose is to be kept from scripts",
    r"HyperlinkElementUtils\..*": RESOLVED,
    r"\w+\.(validity|validationMessage|willValidate|checkValidity)": VALIDITY,
    r"\w+\.(selectionStart|selectionEnd|selectionDirection|setRangeText)": SELECTION,
    r"HTMLInputElement\.files": "the page sends files with their event",
    r"HTMLInputElement\.valueAsDate": NEEDED,
    r"HTMLMediaElement\.(canPlayType|fastSeek|defaultPlaybackRate|preservesPitch)": NEEDED,
    r"HTMLMediaElement\.(srcObject|addTextTrack|\w+Tracks)": NEEDED,
    r"HTMLMediaElement\..*|HTMLTrackElement\..*": MEDIA,
    r"HTML(IFrame|Embed|Object|Frame)Element\.(content\w+|getSVGDocument)": PAGE_ONLY,
    r"HTMLFormElement\.submit": "use `requestSubmit`, which checks the form and has the event",
    r"HTMLDialogElement\.requestClose": NEEDED,
    r"HTML(Style|Link)Element\.(sheet|disabled)|HTMLScriptElement\..*|DocumentOrShadowRoot\..*": SCRIPT,
    r"HTMLLegendElement\..*|HTMLMarqueeElement\..*": OBSOLETE,
    r"HTMLOptionsCollection\.length": "set `select.length`",
    r"\w+\.on\w+": BOUND,
    r"\w+\.getElementsByTagNameNS": "use `querySelectorAll`, or `getElementsByTagName` and look at `namespaceURI`",
    r"HTMLTableElement\..*": NEEDED,
    r"Document\.(parseHTML\w*|write|writeln|open|close|domain|cookie|referrer)": PAGE_ONLY,
    r"Document\.(execCommand|query\w+|designMode)": PAGE_ONLY,
    r"Document\.(location|URL|documentURI|lastModified|readyState|defaultView)": PAGE_ONLY,
    r"Document\.(hidden|visibilityState|hasFocus)": PAGE_ONLY,
    r"Document\.(compatMode|characterSet|charset|inputEncoding|contentType|doctype|implementation)": PAGE_ONLY,
    r"Document\.(body|head|title|dir|currentScript|scrollingElement)": "the document is one element of a page",
    r"Document\.(images|embeds|plugins|links|forms|scripts|anchors|applets|all)": "use `querySelectorAll`",
    r"Document\.(\w+Color|clear|captureEvents|releaseEvents)": OBSOLETE,
    r"Document\.(elementFromPoint|elementsFromPoint|caretPositionFromPoint)": LAYOUT,
    r"Document\.(createCDATASection|createProcessingInstruction)": "HTML has none",
    r"Document\.(createRange|createNodeIterator|createTreeWalker|createEvent)": NEEDED,
    r"Document\.(getElementsByName|customElementRegistry)": NEEDED,
    r"Node\.(DOCUMENT_TYPE|NOTATION|ENTITY|CDATA|PROCESSING|ATTRIBUTE)\w*": "there are no such nodes",
    r"Node\.(baseURI|lookup\w+|isDefaultNamespace)": NEEDED,
    r"(ParentNode|Element)\.moveBefore": NEEDED,
    r"Text\.wholeText": NEEDED,
}


def members_of(interface: str, interfaces: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name of each member, whether it is there (``"yes"`` or ``""``), and the reason if not."""
    cls = CLASSES.get(interface)
    for name, *_ in interfaces[interface]["members"]:
        if f"{interface}.{name}" in DYNAMIC or (cls is not None and has(cls, name)):
            yield name, "yes", ""
        else:
            yield name, "", _reason(interface, name) or ""


def has(cls: type, name: str) -> bool:
    """Whether objects of the class have the member."""
    return hasattr(cls, name)


def _reason(interface: str, name: str) -> str | None:
    full = f"{interface}.{name}"
    return next((reason for pattern, reason in REASONS.items() if re.fullmatch(pattern, full)), None)


def page() -> str:
    """The text of ``docs/dom-coverage.md``."""
    interfaces = load()
    sections, total, there = [], 0, 0
    for interface in interfaces:
        if interface in NOT_HERE:
            continue
        rows = list(members_of(interface, interfaces))
        total += len(rows)
        there += sum(1 for row in rows if row[1])
        sections.append(_section(interface, rows))
    return (
        "# Which parts of the DOM there are\n\n"
        "<!-- Generated by scripts/dom_coverage.py; change that instead. -->\n\n"
        f"Of the {total} members that the DOM, HTML, CSSOM and WAI-ARIA standards give to nodes and elements,\n"
        f"{there} are here, with the standard's names and meaning. A member that is not here raises\n"
        "`AttributeError` when it is used.\n\n"
        "Collections (`children`, `rows`, `options`, ...) are lists of the moment, not live. Event handler properties\n"
        "(`onclick`, ...) are not there: use `addEventListener`.\n\n" + "\n".join(sections)
    )


def _section(interface: str, rows: list[tuple[str, str, str]]) -> str:
    here = [name for name, yes, _ in rows if yes]
    lines = [f"## {interface}\n"]
    if not rows:
        return f"## {interface}\n\nNo members of its own.\n"
    if here:
        lines.append("Here: " + ", ".join(f"`{name}`" for name in here) + ".\n")
    reasons: dict[str, list[str]] = {}
    for name, yes, reason in rows:
        if not yes:
            reasons.setdefault(reason, []).append(f"`{name}`")
    if reasons:
        lines.append("| not here | why |\n| --- | --- |")
        lines += [f"| {', '.join(names)} | {reason} |" for reason, names in reasons.items()]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is not what scripts/dom_coverage.py writes: run it")
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
