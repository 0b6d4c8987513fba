"""`Text` and `Comment`. https://dom.spec.whatwg.org/#interface-characterdata"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domsync_jupyter.dom import names
from domsync_jupyter.dom.child import ChildNode
from domsync_jupyter.dom.node import Node
from domsync_jupyter.errors import IndexSizeError, InvalidCharacterError

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document

__all__ = ["CharacterData", "Comment", "Text"]


class CharacterData(ChildNode):
    """A node that has data and no children.

    Offsets and counts are in UTF-16 code units, as in browsers: an emoji counts two.
    """

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
            TypeError: When set to what is neither a ``str`` nor ``None``, which is the empty text.
            InvalidCharacterError: When set to a text with a lone surrogate.
        """
        return self._data

    @data.setter
    def data(self, data: str | None) -> None:
        data = "" if data is None else names.text(data, "data")
        document = self._document
        with document._lock:
            if data == self._data:
                return
            self._data = data
            parent = self._parent
            if parent is not None and parent._blueprint is not None:
                parent._forget_blueprint()
            if self._number:
                document._changes.texts[self] = None
                document._changed()

    @property
    def nodeValue(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodevalue"""
        return self._data

    @nodeValue.setter
    def nodeValue(self, data: str | None) -> None:
        self.data = data

    @property
    def textContent(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-textcontent"""
        return self._data

    @textContent.setter
    def textContent(self, data: str | None) -> None:
        self.data = data

    @property
    def length(self) -> int:
        """https://dom.spec.whatwg.org/#dom-characterdata-length"""
        return len(self._data) if self._data.isascii() else len(_units(self._data)) // 2

    def substringData(self, offset: int, count: int) -> str:
        """https://dom.spec.whatwg.org/#dom-characterdata-substringdata

        Raises:
            IndexSizeError: If `offset` is beyond the end.
            InvalidCharacterError: If the part would begin or end in the middle of a character.
        """
        return _text(self._split(offset, count)[1])

    def appendData(self, data: str) -> None:
        """https://dom.spec.whatwg.org/#dom-characterdata-appenddata"""
        self.data = self._data + names.text(data, "data")

    def insertData(self, offset: int, data: str) -> None:
        """https://dom.spec.whatwg.org/#dom-characterdata-insertdata

        Raises:
            IndexSizeError: If `offset` is beyond the end.
        """
        self.replaceData(offset, 0, data)

    def deleteData(self, offset: int, count: int) -> None:
        """https://dom.spec.whatwg.org/#dom-characterdata-deletedata

        Raises:
            IndexSizeError: If `offset` is beyond the end.
        """
        self.replaceData(offset, count, "")

    def replaceData(self, offset: int, count: int, data: str) -> None:
        """https://dom.spec.whatwg.org/#dom-characterdata-replacedata

        Raises:
            IndexSizeError: If `offset` is beyond the end.
            InvalidCharacterError: If the part would begin or end in the middle of a character.
        """
        names.text(data, "data")
        before, _, after = self._split(offset, count)
        self.data = _text(before + _units(data) + after)

    def _split(self, offset: int, count: int) -> tuple[bytes, bytes, bytes]:
        """The data before, in and after a range, as UTF-16."""
        if offset < 0 or count < 0:
            raise IndexSizeError(f"offset and count must not be negative, but are {offset} and {count}")
        if offset > self.length:
            raise IndexSizeError(
                f"offset {offset} is beyond the end of the data, which has {self.length} code units"
            )
        units = _units(self._data)
        start, end = offset * 2, (offset + count) * 2
        return units[:start], units[start:end], units[end:]

    def _clone(self, document: Document, deep: bool) -> CharacterData:
        return type(self)(document, self._data)

    def _equals(self, other: Node) -> bool:
        return type(other) is type(self) and other._data == self._data


class Text(CharacterData):
    """https://dom.spec.whatwg.org/#interface-text"""

    __slots__ = ()
    nodeType: ClassVar[int] = Node.TEXT_NODE

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#text"

    @property
    def wholeText(self) -> str:
        """The data of this text and of the texts next to it. https://dom.spec.whatwg.org/#dom-text-wholetext"""
        first: Node = self
        while isinstance(first.previousSibling, Text):
            first = first.previousSibling
        parts: list[str] = []
        node: Node | None = first
        while isinstance(node, Text):
            parts.append(node._data)
            node = node.nextSibling
        return "".join(parts)

    def splitText(self, offset: int) -> Text:
        """Move what is behind `offset` into a new text after this one, and return that.

        https://dom.spec.whatwg.org/#dom-text-splittext

        Raises:
            IndexSizeError: If `offset` is beyond the end.
            InvalidCharacterError: If it is in the middle of a character.
        """
        with self._document._lock:
            before, after, _ = self._split(offset, self.length)
            behind = Text(self._document, _text(after))
            if self._parent is not None:
                self._parent._insert(behind, self.nextSibling)
            self.data = _text(before)
        return behind


class Comment(CharacterData):
    """https://dom.spec.whatwg.org/#interface-comment"""

    __slots__ = ()
    nodeType: ClassVar[int] = Node.COMMENT_NODE

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#comment"


def _units(data: str) -> bytes:
    return data.encode("utf-16-le")


def _text(units: bytes) -> str:
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise InvalidCharacterError(
            "the offset is in the middle of a character that has two UTF-16 code units: what is left could not be sent"
        ) from error
