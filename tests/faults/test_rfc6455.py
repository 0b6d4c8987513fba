"""Frames that RFC 6455 allows and forbids, as bytes: our options of `websockets` answer as plain `websockets` does.

A small part of what Autobahn's suite says; `tests/faults/autobahn.py` runs all of that, where it can be had.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest

from tests.faults.autobahn import OURS, PLAIN, listen
from tests.faults.raw_peer import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

MAX_BYTES = 100_000
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
#: Bits of the first byte.
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10
SNOWMAN = "\u2603".encode()
Frames = list[tuple[int, bytes]]


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


def masked(opcode: int, payload: bytes, key: bytes) -> bytes:
    head = struct.pack("!BB", FIN | opcode, 0x80 | len(payload))
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def part(opcode: int, payload: bytes = b"") -> bytes:
    """A frame that is not the last of its message."""
    return frame(opcode, payload, first=0)


#: What is sent, the frames that come back before the close frame, and the code in that.
CASES: dict[str, tuple[bytes, Frames, int]] = {
    # Framing: lengths of each form, masks, no payload, a length that is not the shortest.
    "text": (frame(TEXT, b"hello"), [(TEXT, b"hello")], 1000),
    "empty text": (frame(TEXT), [(TEXT, b"")], 1000),
    "125 bytes": (frame(BINARY, bytes(125)), [(BINARY, bytes(125))], 1000),
    "126 bytes": (frame(BINARY, bytes(126)), [(BINARY, bytes(126))], 1000),
    "65535 bytes": (frame(BINARY, bytes(65_535)), [(BINARY, bytes(65_535))], 1000),
    "65536 bytes": (frame(BINARY, bytes(65_536)), [(BINARY, bytes(65_536))], 1000),
    "a mask": (masked(TEXT, b"hello", b"\x12\x34\x56\x78"), [(TEXT, b"hello")], 1000),
    "no mask": (b"\x81\x05hello", [], 1002),
    # Ping and pong.
    "ping": (frame(PING, b"p"), [(PONG, b"p")], 1000),
    "ping of 125 bytes": (frame(PING, bytes(125)), [(PONG, bytes(125))], 1000),
    "ping of 126 bytes": (frame(PING, bytes(126)), [], 1002),
    "ten pings": (b"".join(frame(PING, b"%d" % n) for n in range(10)), [(PONG, b"%d" % n) for n in range(10)], 1000),
    "pong unasked": (frame(PONG, b"p") + frame(TEXT, b"t"), [(TEXT, b"t")], 1000),
    "ping in parts": (part(PING, b"p"), [], 1002),
    # Reserved bits and opcodes.
    "RSV1": (frame(TEXT, b"t", first=FIN | RSV1), [], 1002),
    "RSV2": (frame(TEXT, b"t", first=FIN | RSV2), [], 1002),
    "RSV3": (frame(BINARY, b"t", first=FIN | RSV3), [], 1002),
    "RSV of a ping": (frame(PING, b"t", first=FIN | RSV1), [], 1002),
    **{f"opcode {code}": (frame(code), [], 1002) for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    # Fragmentation.
    "three parts": (part(TEXT, b"a") + part(CONTINUATION, b"b") + frame(CONTINUATION, b"c"), [(TEXT, b"abc")], 1000),
    "parts that are empty": (part(TEXT) + part(CONTINUATION) + frame(CONTINUATION), [(TEXT, b"")], 1000),
    "a ping between parts": (
        part(TEXT, b"a") + frame(PING, b"p") + frame(CONTINUATION, b"b"), [(PONG, b"p"), (TEXT, b"ab")], 1000,
    ),
    "a continuation of nothing": (frame(CONTINUATION, b"c"), [], 1002),
    "a text between parts": (part(TEXT, b"a") + frame(TEXT, b"b"), [], 1002),
    # UTF-8.
    "a character in two parts": (
        part(TEXT, SNOWMAN[:1]) + frame(CONTINUATION, SNOWMAN[1:]), [(TEXT, SNOWMAN)], 1000,
    ),
    "half a character": (frame(TEXT, SNOWMAN[:2]), [], 1007),
    "overlong": (frame(TEXT, b"\xc0\xaf"), [], 1007),
    "a surrogate": (frame(TEXT, b"\xed\xa0\x80"), [], 1007),
    "beyond Unicode": (frame(TEXT, b"\xf4\x90\x80\x80"), [], 1007),
    "any bytes in a binary message": (frame(BINARY, b"\xff\xfe"), [(BINARY, b"\xff\xfe")], 1000),
    # Closing.
    "close without a code": (frame(CLOSE), [], 1005),
    "close with a reason": (close(1000, b"bye"), [], 1000),
    "close with a long reason": (close(1000, b"x" * 123), [], 1000),
    "close with too long a reason": (close(1000, b"x" * 124), [], 1002),
    "close with one byte": (frame(CLOSE, b"\x03"), [], 1002),
    "close with half a character": (close(1000, SNOWMAN[:2]), [], 1007),
    "text after close": (close(1000) + frame(TEXT, b"t"), [], 1000),
    "ping after close": (close(1000) + frame(PING, b"p"), [], 1000),
    **{f"close with {code}": (close(code), [], code) for code in (1001, 1002, 1003, 1007, 1011, 3000, 3999, 4999)},
    **{f"close with {code}": (close(code), [], 1002) for code in (0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000)},
    # Limits.
    "as much as is allowed": (frame(BINARY, bytes(MAX_BYTES)), [(BINARY, bytes(MAX_BYTES))], 1000),
    "more than is allowed": (frame(BINARY, bytes(MAX_BYTES + 1)), [], 1009),
    "more than is allowed, in parts": (
        part(BINARY, bytes(60_000)) + frame(CONTINUATION, bytes(60_000)), [], 1009,
    ),
    "a length that is announced": (b"\x82\xff" + struct.pack("!Q", 1 << 62), [], 1009),
}  # fmt: skip


@pytest.fixture
async def ports() -> AsyncIterator[dict[str, int]]:
    servers = {kind: await listen(kind, MAX_BYTES) for kind in (OURS, PLAIN)}
    yield {kind: server.sockets[0].getsockname()[1] for kind, server in servers.items()}
    for server in servers.values():
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("pieces", ["at once", "byte by byte"])
async def test_answers_as_plain_websockets_does(ports: dict[str, int], pieces: str) -> None:
    for name, (sent, frames, code) in CASES.items():
        if pieces == "byte by byte" and len(sent) > 1_000:
            continue
        ours, plain = await asyncio.gather(
            *(say(ports[kind], sent, pieces != "at once", len(frames), code) for kind in (OURS, PLAIN))
        )
        assert ours == plain, name
        assert ours == (frames, code), name


async def say(port: int, sent: bytes, bytewise: bool, count: int, code: int) -> tuple[Frames, int | None]:
    """Say this; the frames that come, and the code of the close frame. Closes if all is well until then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(20):
            writer.write(REQUEST)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            for piece in [sent[at : at + 1] for at in range(len(sent))] if bytewise else [sent]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            frames: Frames = []
            while len(frames) <= count:
                if len(frames) == count and code == 1000 and sent[0] & 15 != CLOSE:
                    writer.write(close(1000))
                opcode, payload = await read_frame(reader)
                if opcode == CLOSE:
                    return frames, struct.unpack("!H", payload[:2])[0] if payload else 1005
                frames.append((opcode, payload))
            return frames, None
    finally:
        writer.transport.abort()


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    assert first & (FIN | RSV1 | RSV2 | RSV3) == FIN
    if length > 125:
        (length,) = struct.unpack(
            "!H" if length == 126 else "!Q", await reader.readexactly(2 if length == 126 else 8)
        )
    return first & 15, await reader.readexactly(length)
