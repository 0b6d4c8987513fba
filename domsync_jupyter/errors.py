"""The errors of this package: one root, `DomsyncError`.

Errors of the document carry the names of the DOM standard's DOMExceptions
(https://webidl.spec.whatwg.org/#idl-DOMException-error-names).
Connections raise the exceptions of ``websockets.exceptions``, not these.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ClientGoneError",
    "DOMException",
    "DOMSyntaxError",
    "DomsyncError",
    "FrameError",
    "HierarchyRequestError",
    "InUseAttributeError",
    "IndexSizeError",
    "InvalidCharacterError",
    "InvalidStateError",
    "NamespaceError",
    "NoModificationAllowedError",
    "NotFoundError",
    "NotReadableError",
    "NotSupportedError",
    "PageError",
    "ProtocolError",
    "SecurityError",
    "UnsafeMarkupWarning",
    "WrongDocumentError",
]


class DomsyncError(Exception):
    """Root of all errors that this package raises by itself."""


class DOMException(DomsyncError):
    """An operation that the DOM standard forbids; the document is unchanged.

    Attributes:
        name: The DOMException name, for example ``"HierarchyRequestError"``.
    """

    name: ClassVar[str] = "Error"


class HierarchyRequestError(DOMException):
    """The tree would not be a tree, or a node cannot have such a child."""

    name = "HierarchyRequestError"


class WrongDocumentError(DOMException):
    """The node belongs to another document."""

    name = "WrongDocumentError"


class InvalidCharacterError(DOMException):
    """A name or a text contains a character that cannot be in it."""

    name = "InvalidCharacterError"


class NoModificationAllowedError(DOMException):
    """There is nothing there that could be changed."""

    name = "NoModificationAllowedError"


class NotFoundError(DOMException):
    """The node is not where the operation expects it."""

    name = "NotFoundError"


class DOMSyntaxError(DOMException):
    """A text does not have the form that is expected; the DOM calls it ``SyntaxError``."""

    name = "SyntaxError"


class IndexSizeError(DOMException):
    """An offset is out of range."""

    name = "IndexSizeError"


class NotSupportedError(DOMException):
    """The operation is not supported here."""

    name = "NotSupportedError"


class InUseAttributeError(DOMException):
    """The attribute belongs to another element."""

    name = "InUseAttributeError"


class InvalidStateError(DOMException):
    """The object is in a state that does not allow the operation."""

    name = "InvalidStateError"


class NamespaceError(DOMException):
    """A qualified name and its namespace do not go together."""

    name = "NamespaceError"


class SecurityError(DOMException):
    """The operation would put code into the page; see ``Document(allow_unsafe=True)``."""

    name = "SecurityError"


class NotReadableError(DOMException):
    """A file in the page could not be read."""

    name = "NotReadableError"


class PageError(DomsyncError):
    """A page could not do what it was asked to; the message is the page's."""


class ProtocolError(DomsyncError):
    """A message from the other side is not valid; it changed nothing.

    Attributes:
        code: The close code to answer with, of RFC 6455: 1007 for a message that
            cannot be decoded, 1002 for one that is not allowed now.
    """

    def __init__(self, message: str, code: int = 1002) -> None:
        super().__init__(message)
        self.code = code


class FrameError(DomsyncError):
    """A frame could not be applied to a replica: the two sides differ."""


class ClientGoneError(DomsyncError, KeyError):
    """The client is not connected (any more).

    Also a ``KeyError``, which is what domsync raised.
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnsafeMarkupWarning(UserWarning):
    """Parts of the HTML were left out, because they would bring code into the page or have a name that no DOM has.

    See ``Document(allow_unsafe=True)``. The rest of the HTML is in the document.
    """
