"""What a message, and a ping, may consist of: the inputs of :class:`Client`, checked and made uniform.

The rules are those of websockets. No I/O.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, TypeAlias

from websockets.exceptions import ProtocolError

__all__ = ["MAX_CONTROL_BYTES", "Piece", "Sendable", "control_token", "put_together"]

Piece: TypeAlias = str | bytes | bytearray | memoryview
Sendable: TypeAlias = Piece | Iterable[Piece] | AsyncIterable[Piece]

# RFC 6455, 5.5: the payload of a control frame.
MAX_CONTROL_BYTES = 125


def control_token(data: Piece) -> str:
    """Turn the payload of a ping or pong into a string, byte by byte (so that it fits JSON).

    Raises:
        TypeError: If it is not a string or bytes-like.
        ProtocolError: If it is longer than 125 bytes.
    """
    if isinstance(data, str):
        payload = data.encode()
    elif isinstance(data, bytes | bytearray | memoryview):
        payload = bytes(data)
    else:
        raise TypeError(f"expected a string or bytes-like payload, got {type(data).__name__}")
    if len(payload) > MAX_CONTROL_BYTES:
        raise ProtocolError(f"expected a payload of at most {MAX_CONTROL_BYTES} bytes, got {len(payload)}")
    return payload.decode("latin-1")


async def put_together(message: Sendable) -> str | bytes | None:
    """Make one string or one bytes object of what :meth:`Client.send` accepts.

    Returns:
        :obj:`None` for an iterable without items, which is no message.

    Raises:
        TypeError: As in :meth:`Client.send`.
    """
    if isinstance(message, str):
        return message
    if isinstance(message, bytes | bytearray | memoryview):
        return bytes(message)
    if isinstance(message, Mapping):
        raise TypeError("expected a string, bytes or an iterable of them, got a dict: encode it as JSON")
    if isinstance(message, AsyncIterable):
        pieces: list[Any] = [piece async for piece in message]
    elif isinstance(message, Iterable):
        pieces = list(message)
    else:
        raise TypeError(f"expected a string, bytes or an iterable of them, got {type(message).__name__}")
    if not pieces:
        return None
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    if all(isinstance(piece, bytes | bytearray | memoryview) for piece in pieces):
        return b"".join(pieces)
    kinds = ", ".join(sorted({type(piece).__name__ for piece in pieces}))
    raise TypeError(f"expected fragments that are all strings or all bytes, got {kinds}")
