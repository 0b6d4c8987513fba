"""A page that is a bare socket: it knows the frames of RFC 6455 and the envelopes of `docs/protocol.md`, and no more.

It can be had by the thousand, and misbehaves as told: it says what no page would say, or stops in the middle of it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

__all__ = [
    "BINARY",
    "CLOSE",
    "CONTINUATION",
    "PING",
    "PONG",
    "TEXT",
    "RawPeer",
    "SlowLoris",
    "connect",
    "frame",
]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
DEADLINE_SECONDS = 20
#: IP_BIND_ADDRESS_NO_PORT of <linux/in.h>: the port is chosen when the destination is known, and each has all ports.
BIND_ADDRESS_NO_PORT = 24


def frame(opcode: int, payload: bytes = b"", *, first: int = 0x80) -> bytes:
    """One frame, masked with zeros; `first` has its FIN and reserved bits."""
    if len(payload) < 126:
        head = struct.pack("!BB", first | opcode, 0x80 | len(payload))
    elif len(payload) < 1 << 16:
        head = struct.pack("!BBH", first | opcode, 0x80 | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first | opcode, 0x80 | 127, len(payload))
    return head + bytes(4) + payload


class RawPeer(asyncio.Protocol):
    """One connection. It greets, acknowledges what comes, and answers pings."""

    def __init__(self, host: str, *, greets: bool = True) -> None:
        self._host = host
        self._greets = greets
        self._rest = b""
        self._wake = asyncio.Event()
        self.transport: asyncio.Transport
        self.open = False
        self.lost = False
        #: Code of the close frame that came.
        self.close_code: int | None = None
        self.session = ""
        #: The last `seq` that was applied, the last that was sent, and the last that Python has processed.
        self.applied = self.posted = self.processed = 0
        #: Notices that came.
        self.notices: list[list[Any]] = []
        self.pongs = 0
        #: Called with the text of each Frame and Snapshot.
        self.on_frame: Callable[[bytes], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._begin()

    def _begin(self) -> None:
        self.transport.write(
            f"GET / HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: domsync.v1\r\n\r\n".encode()
        )
        if self._greets:
            self.say(0, 1, "", 0, "a bare socket")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._wake.set()

    def data_received(self, data: bytes) -> None:
        data, start = self._rest + data, 0
        if not self.open:
            end = data.find(b"\r\n\r\n") + 4
            if end < 4:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101 "), data[:200]
            self.open, start = True, end
        while len(data) - start >= 2:
            length, head = data[start + 1], start + 2
            if length > 125:
                form, size = ("!H", 2) if length == 126 else ("!Q", 8)
                if len(data) < head + size:
                    break
                length, head = struct.unpack_from(form, data, head)[0], head + size
            end = head + length
            if len(data) < end:
                break
            self._received(data[start] & 15, data[head:end])
            start = end
        self._rest = data[start:]
        self._wake.set()

    def say(self, *message: Any) -> None:
        """Send one message of the protocol."""
        self.write(frame(TEXT, json.dumps(message, separators=(",", ":")).encode()))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def fire(self, type: str, target: int, **fields: Any) -> int:
        """Say that an event happened; its number."""
        self.posted += 1
        self.say(1, self.posted, self.applied, type, target, {"bubbles": True} | fields, [], [])
        return self.posted

    def abort(self) -> None:
        """Be gone without a word: with a RST, so that no port is kept busy."""
        if self.lost:
            return
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    async def until(self, condition: Callable[[], bool], seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until something that arrives makes the condition true."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    assert not self.lost, f"the connection is lost, with code {self.close_code}"
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {seconds:g} s") from None

    async def done(self, seq: int, seconds: float = DEADLINE_SECONDS) -> None:
        """Wait until Python has processed what had this number."""
        await self.until(lambda: self.processed >= seq, seconds)

    async def gone(self, seconds: float = DEADLINE_SECONDS) -> int | None:
        """Wait for the end of the connection; the code of the close frame, if there was one."""
        async with asyncio.timeout(seconds):
            while not self.lost:
                self._wake.clear()
                await self._wake.wait()
        return self.close_code

    def _received(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.write(frame(PONG, payload))
        elif opcode == PONG:
            self.pongs += 1
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big") if payload else 1005
            self.write(frame(CLOSE, payload))
            self.transport.close()
        elif opcode == TEXT:
            self._message(payload)

    def _message(self, payload: bytes) -> None:
        tag = payload[1 : payload.index(b",")]
        if tag in {b"1", b"2", b"5"}:
            if tag != b"5" and self.on_frame is not None:
                self.on_frame(payload)
            _, seq, ack = payload[:60].split(b",", 3)[:3]
            self.applied = int(seq)
            self.processed = max(self.processed, int(ack))
            self.say(3, self.applied)
            return
        message = json.loads(payload)
        match message:
            case [0, _, session, *_]:
                self.session = session
            case [3, ack]:
                self.processed = max(self.processed, ack)
            case [6, token, *more]:
                self.say(7, token, *more)
            case [7, *_]:
                self.pongs += 1
            case [8, *fields]:
                self.notices.append(fields)


class SlowLoris(RawPeer):
    """Sends the head of a request, and never its end."""

    def _begin(self) -> None:
        self.transport.write(f"GET / HTTP/1.1\r\nHost: {self._host}\r\n".encode())


_sources = itertools.cycle(f"127.0.0.{number}" for number in range(1, 9))


async def connect(url: str, kind: type[RawPeer] = RawPeer, *, receive_buffer: int = 0, **options: Any) -> Any:
    """Connect one, from one of several addresses, as each has its own ports."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    made = socket.socket()
    made.setblocking(False)
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.setsockopt(socket.SOL_IP, BIND_ADDRESS_NO_PORT, 1)
    made.bind((next(_sources), 0))
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(made, (parts.hostname, parts.port))
        _, peer = await loop.create_connection(lambda: kind(parts.netloc, **options), sock=made)
    except BaseException:
        made.close()
        raise
    return peer
