"""`CSSStyleSheet`: a style sheet that a document has adopted, instead of one that stands in a ``<style>`` element."""

from __future__ import annotations

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
        for document in list(self._documents):
            with document._lock:
                document.adoptedStyleSheets = document.adoptedStyleSheets


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise TypeError(f"CSS must be a str, not {type(text).__name__}")
    return text
