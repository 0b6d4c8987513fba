"""The envelopes: one JSON array per message. `js/src/messages.ts` has the same names in the same order.

See "Messages" in `docs/protocol.md`. What comes from a page is hostile until it has been through
`decode`, which checks every type and length; what a field *means* is checked by the session.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from domsync_jupyter.errors import ProtocolError

__all__ = [
    "VERSION",
    "Ack",
    "Answer",
    "App",
    "Ask",
    "Bye",
    "Check",
    "Close",
    "Edits",
    "Event",
    "Fault",
    "FileInfo",
    "Frame",
    "Hello",
    "Notice",
    "Ping",
    "Pong",
    "Resend",
    "Snapshot",
    "Text",
    "Upstream",
    "Welcome",
    "decode",
    "encode",
]

VERSION: Final = 1

# Limits of what a page may send, in characters or items. The whole message is limited by the transport.
_Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
_Name = Annotated[str, msgspec.Meta(max_length=256)]
_Words = Annotated[str, msgspec.Meta(max_length=4096)]
_Scalar = int | float | str | bool | None
_Flat = Annotated[list[_Scalar | list[int]], msgspec.Meta(max_length=30_000)]


class FileInfo(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """A file that a person chose or dropped; its bytes are asked for by `handle`."""

    handle: int
    name: _Words
    size: _Seq
    type: _Name
    last_modified: int


_Fields = Annotated[dict[_Name, _Scalar | list[FileInfo]], msgspec.Meta(max_length=256)]


class _Message(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False, tag_field="tag"):
    """A tag and fields, in order."""


# Page to Python


class Hello(_Message, tag=0):
    """Opens a session, or takes one up again."""

    version: int
    session: _Name
    seq: _Seq
    via: _Words

    def check_version(self) -> None:
        """Refuse another version of the protocol.

        Raises:
            ProtocolError: With code 1002.
        """
        if self.version != VERSION:
            raise ProtocolError(
                f"version {self.version} of the protocol, where {VERSION} is spoken: reload the page"
            )


class Event(_Message, tag=1):
    """A DOM event."""

    seq: _Seq
    ack: _Seq
    type: _Name
    target: int
    fields: _Fields
    edits: _Flat
    values: _Flat


class Edits(_Message, tag=2):
    """Control states that changed without an event."""

    seq: _Seq
    ack: _Seq
    edits: _Flat


class Ack(_Message, tag=3):
    """The highest ``seq`` that was processed. Both ways."""

    ack: _Seq


class Bye(_Message, tag=4):
    """The view goes away."""

    reason: _Name


class App(_Message, tag=5):
    """A string that code on the page sends to the application."""

    seq: _Seq
    ack: _Seq
    data: str


class Ping(_Message, tag=6):
    """Asks for a `Pong`, and says the last ``seq`` that the sender has used. Both ways."""

    token: _Name
    seq: _Seq


class Pong(_Message, tag=7):
    """Answers a `Ping`, and says the last ``seq`` that the sender has used. Both ways."""

    token: _Name
    seq: _Seq


class Fault(_Message, tag=8):
    """Something went wrong in the page; answered by a `Snapshot`."""

    code: _Name
    detail: _Words


class Answer(_Message, tag=9):
    """Answers an `Ask`: with a value, or with the words of an error."""

    id: int
    ok: bool
    value: Any


class Resend(_Message, tag=10):
    """Asks for everything after ``seq``, the last that has arrived. Both ways."""

    seq: _Seq


# Python to page


class Welcome(_Message, tag=0):
    """Answers `Hello`."""

    version: int
    session: str
    epoch: int
    seq: int
    options: dict[str, Any]


class Frame(_Message, tag=1):
    """From the state after ``seq - 1`` to the state after ``seq``."""

    seq: int
    ack: int
    ops: msgspec.Raw


class Snapshot(_Message, tag=2):
    """From any state to the state after ``seq``."""

    seq: int
    ack: int
    ops: msgspec.Raw


class Text(_Message, tag=5):
    """A string that the application sends to code on the page."""

    seq: int
    ack: int
    number: int
    data: str


class Close(_Message, tag=4):
    """What a WebSocket says with a close frame; only on a comm."""

    code: int
    reason: str


class Notice(_Message, tag=8):
    """Something the person at the page should know."""

    kind: str
    title: str
    text: str
    count: int


class Ask(_Message, tag=9):
    """A question to one page; answered by `Answer`."""

    id: int
    node: int
    kind: str
    name: str
    arguments: list[Any]


class Check(_Message, tag=11):
    """What the hash of some nodes is in the state after ``seq``."""

    seq: int
    nodes: list[int]
    hash: int


Upstream = Hello | Event | Edits | Ack | Bye | App | Ping | Pong | Fault | Answer | Resend

_decoder = msgspec.json.Decoder(Upstream)
encode = msgspec.json.Encoder().encode


def decode(text: str | bytes) -> Upstream:
    """Decode one message from a page.

    Raises:
        ProtocolError: With code 1007, if it is not one of the messages.
    """
    try:
        message: Upstream = _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(f"not a message of domsync.v1: {error}", code=1007) from error
    return message
