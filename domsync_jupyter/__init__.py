"""A live DOM for Python: write DOM code in Python, see it in a notebook or on a web page, get the events back."""

from __future__ import annotations

from domsync_jupyter._version import __version__
from domsync_jupyter.dom import Comment, Document, Element, Event, Node, Text
from domsync_jupyter.dom.embedded import EmbeddedElement
from domsync_jupyter.domsync_server import DomsyncServer
from domsync_jupyter.embedding import embed as _embed  # noqa: F401 - it tells documents how
from domsync_jupyter.errors import ClientGoneError, DOMException, DomsyncError
from domsync_jupyter.notebook.magic import load_ipython_extension, unload_ipython_extension
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.widget import DomsyncWidget

__all__ = [
    "ClientGoneError",
    "Comment",
    "DOMException",
    "Document",
    "DomsyncError",
    "DomsyncServer",
    "DomsyncWidget",
    "Element",
    "EmbeddedElement",
    "Event",
    "Limits",
    "Node",
    "Text",
    "__version__",
    "load_ipython_extension",
    "unload_ipython_extension",
]
