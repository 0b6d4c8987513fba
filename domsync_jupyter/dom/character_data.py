"""`Text` and `Comment`. https://dom.spec.whatwg.org/#interface-characterdata"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domsync_jupyter.dom import names
from domsync_jupyter.dom.node import Node

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document

__all__ = ["CharacterData", "Comment", "Text"]


class CharacterData(Node):
    """A node that has data and no children."""

    __slots__ = ("_data",)

    _data: str

    def __init__(self, document: Document, data: str) -> None:
        super().__init__(document)
        self._data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._data!r}>"

    @property
    def data(self) -> str:
        """The text. https://dom.spec.whatwg.org/#dom-characterdata-data

        Raises:
            TypeError: When set to what is not a ``str``.
            InvalidCharacterError: When set to a text with a lone surrogate.
        """
        return self._data

    @data.setter
    def data(self, data: str) -> None:
        names.text(data, "data")
        document = self._document
        with document._lock:
            if data == self._data:
                return
            self._data = data
            if self._number:
                document._changes.texts[self] = None
                document._changed()

    @property
    def nodeValue(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodevalue"""
        return self._data

    @nodeValue.setter
    def nodeValue(self, data: str | None) -> None:
        self.data = "" if data is None else data

    @property
    def textContent(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-textcontent"""
        return self._data

    @textContent.setter
    def textContent(self, data: str | None) -> None:
        self.data = "" if data is None else data

    @property
    def length(self) -> int:
        """Number of UTF-16 code units. https://dom.spec.whatwg.org/#dom-characterdata-length"""
        return len(self._data.encode("utf-16-le")) // 2


class Text(CharacterData):
    """https://dom.spec.whatwg.org/#interface-text"""

    __slots__ = ()
    nodeType: ClassVar[int] = Node.TEXT_NODE

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#text"


class Comment(CharacterData):
    """https://dom.spec.whatwg.org/#interface-comment"""

    __slots__ = ()
    nodeType: ClassVar[int] = Node.COMMENT_NODE

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#comment"
