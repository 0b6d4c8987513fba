"""Objects to nodes: what ``append_html`` and ``display`` do with what they are given.

Speaks the protocol by which objects show themselves in notebooks (``_repr_html_`` and its kin). It asks the running
IPython, if there is one, because libraries register formatters there, and never imports it.
https://ipython.readthedocs.io/en/stable/config/integrating.html
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parsing import parse_fragment

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element

__all__ = ["to_nodes"]

#: MIME type -> the method that gives it. The first one that an object has is shown: what the page
#: can draw comes before text, for Markdown and LaTeX are shown as they are written.
_METHODS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
}
_TYPES = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
          "text/markdown", "text/latex", "text/plain")  # fmt: skip

_Bundle = dict[str, Any]


def to_nodes(document: Document, obj: object, context: Element, *, stacklevel: int = 3) -> list[Node]:
    """New nodes that show an object.

    A ``str`` is HTML, and a node is itself. Anything else is shown as a notebook would show it: as HTML, as an
    image, or as text in a ``<pre>``. Images are ``<img>`` with a ``data:`` address; SVG too, so that its style and
    ids stay its own. HTML is parsed by the rules of `parse_fragment`, so scripts in it are left out.

    Args:
        document: Whose nodes to make.
        obj: What to show.
        context: The element which the nodes are for.
        stacklevel: Whom a warning blames; 3 is the caller of the caller.

    Raises:
        Exception: What a method of the object raises; `NotImplementedError` means that it has nothing to say.

    Warns:
        UnsafeMarkupWarning: If parts of its HTML were left out.
    """
    if isinstance(obj, Node):
        return [obj]
    if isinstance(obj, str):
        return parse_fragment(document, obj, context, stacklevel=stacklevel + 1)
    bundle, metadata = _bundle(obj)
    for mime in _TYPES:
        value = bundle.get(mime)
        if value is None:
            continue
        if mime == "text/html":
            return parse_fragment(document, _text(value), context, stacklevel=stacklevel + 1)
        if mime.startswith("image/"):
            return [_image(document, mime, value, metadata.get(mime))]
        return [_pre(document, _text(value), code=mime != "text/plain")]
    return [_pre(document, repr(obj), code=False)]


def _bundle(obj: object) -> tuple[_Bundle, Mapping[str, Any]]:
    """MIME type -> value, and MIME type -> metadata, of what the object can be shown as."""
    if isinstance(obj, type) or hasattr(obj, "_domsync_no_object_has_this"):
        return {}, {}  # methods of a class are its instances', and a mock has whatever one asks for
    if not hasattr(obj, "_ipython_display_"):
        shell = _shell()
        if shell is not None:
            bundle, metadata = shell.display_formatter.format(obj, include=_TYPES)
            if any(mime in bundle for mime in _TYPES if mime != "text/plain"):
                return bundle, metadata
    bundle, metadata = {}, {}
    for mime, method in _METHODS.items():
        _add(bundle, metadata, mime, _call(obj, method))
    result = _call(obj, "_repr_mimebundle_", include=_TYPES, exclude=())
    if result is not None:
        given, its_metadata = result if isinstance(result, tuple) else (result, {})
        bundle |= given
        metadata |= its_metadata
    if not bundle:
        _add(bundle, metadata, "image/png", _figure(obj))
    return bundle, metadata


def _shell() -> Any:
    """The running IPython, if there is one."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def _call(obj: object, method: str, **arguments: object) -> Any:
    function = getattr(obj, method, None)
    if function is None:
        return None
    try:
        return function(**arguments)
    except NotImplementedError:
        return None


def _add(bundle: _Bundle, metadata: _Bundle, mime: str, value: Any) -> None:
    if isinstance(value, tuple):
        value, metadata[mime] = value
    if value is not None:
        bundle[mime] = value


def _figure(obj: object) -> bytes | None:
    """A matplotlib figure as PNG: it knows how to show itself only if pyplot and IPython were told of each other."""
    module = sys.modules.get("matplotlib.figure")
    if module is None or not isinstance(obj, module.Figure):
        return None
    stream = io.BytesIO()
    obj.savefig(stream, format="png", bbox_inches="tight")
    return stream.getvalue()


def _image(document: Document, mime: str, value: object, metadata: object) -> Element:
    if mime == "image/svg+xml":
        source = _text(value)
        if "xmlns=" not in source:
            source = source.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        data = f",{quote(source)}"
    else:
        # Bytes, or base64 already.
        encoded = (
            base64.b64encode(value).decode() if isinstance(value, bytes) else "".join(_text(value).split())
        )
        data = f";base64,{encoded}"
    image = document.createElement("img", attributes={"src": f"data:{mime}{data}"})
    if isinstance(metadata, Mapping):
        for name in ("width", "height", "alt"):
            if name in metadata:
                image.setAttribute(name, str(metadata[name]))
    return image


def _pre(document: Document, text: str, *, code: bool) -> Element:
    # A repr may have lone surrogates, which no page can be sent.
    text = text.encode(errors="backslashreplace").decode()
    pre = document.createElement("pre")
    if code:
        pre.appendChild(document.createElement("code", attributes={}))
    target = pre.firstElementChild or pre
    target.textContent = text
    return pre


def _text(value: object) -> str:
    """Text of a bundle; a list is its lines, as in a notebook's file."""
    if isinstance(value, bytes):
        return value.decode()
    return "".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
