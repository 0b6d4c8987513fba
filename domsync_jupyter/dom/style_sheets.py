"""`CSSStyleSheet`: a style sheet that a document has adopted, instead of one that stands in a ``<style>`` element."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document

__all__ = ["CSSStyleSheet"]


class CSSStyleSheet:
    """A constructed style sheet. https://drafts.csswg.org/cssom/#dom-cssstylesheet-cssstylesheet

    Several documents may adopt one. In a page, all views of them share one sheet. Python does not read what is in it: a
    browser ignores what it does not understand.

    Args:
        text: The CSS.
    """

    def __init__(self, text: str = "") -> None:
        self._documents: weakref.WeakSet[Document] = weakref.WeakSet()
        # Each document has a lock of its own.
        self._documents_lock = threading.Lock()
        self._text = _checked(text)

    @property
    def cssText(self) -> str:
        """The CSS, as it was given."""
        return self._text

    def replaceSync(self, text: str) -> None:
        """Replace the CSS, in all documents that have adopted the sheet. Any thread.

        https://drafts.csswg.org/cssom/#dom-cssstylesheet-replacesync

        Raises:
            TypeError: If `text` is no ``str``.
        """
        self._text = _checked(text)
        with self._documents_lock:
            documents = list(self._documents)
        for document in documents:
            with document._lock:
                document.adoptedStyleSheets = document.adoptedStyleSheets

    def _adopted_by(self, document: Document) -> None:
        with self._documents_lock:
            self._documents.add(document)

    def _dropped_by(self, document: Document) -> None:
        with self._documents_lock:
            self._documents.discard(document)


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise TypeError(f"CSS must be a str, not {type(text).__name__}")
    return text
