"""Small trees for tests, written as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domsync_jupyter.dom import Comment, Document, Element, Node, Text

if TYPE_CHECKING:
    from collections.abc import Callable


def sketch(node: Node) -> str:
    """The tree below a node in one line: ``a(b 'text' !comment)``; elements go by their ids, or else their tags."""
    match node:
        case Text():
            return f"'{node.data}'"
        case Comment():
            return f"!{node.data}"
    name = (node.id or node.localName) if isinstance(node, Element) else node.nodeName
    kids = " ".join(sketch(kid) for kid in node.childNodes)
    return f"{name}({kids})" if kids else name


def below(node: Node) -> str:
    """`sketch` of the children."""
    return " ".join(sketch(kid) for kid in node.childNodes)


class Family:
    """A document whose root has three children, with two grandchildren in the first: ``a(b c) d e``."""

    def __init__(self) -> None:
        self.document = Document()
        self.root = self.document.getRootElement()
        self.a, self.b, self.c, self.d, self.e = (
            self.document.createElement("p", id=name) for name in "abcde"
        )
        self.a.append(self.b, self.c)
        self.root.append(self.a, self.d, self.e)

    def unchanged_after(
        self, error: type[BaseException], call: Callable[[], Any], match: str | None = None
    ) -> None:
        """Fail unless `call` raises and leaves the tree, and what viewers would get, as it was."""
        before, version = below(self.root), self.document._version
        with pytest.raises(error, match=match) as raised:
            call()
        assert raised.type is error
        assert below(self.root) == before
        assert self.document._version == version
