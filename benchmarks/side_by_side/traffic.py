"""What a page's WebSockets carry, as its browser tells."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Page

__all__ = ["Traffic"]


class Traffic:
    """Counts a page's WebSocket messages and their payload, after decompression, while it is entered.

    Attributes:
        seen: ``received`` and ``sent`` bytes, and ``messages_received`` and ``messages_sent``, since `reset`.
    """

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self.seen: dict[str, int] = {}
        self.reset()

    def reset(self) -> None:
        self.seen = dict.fromkeys(("received", "messages_received", "sent", "messages_sent"), 0)

    def __enter__(self) -> Self:
        self._session.on("Network.webSocketFrameReceived", lambda event: self._note("received", event))
        self._session.on("Network.webSocketFrameSent", lambda event: self._note("sent", event))
        self._session.send("Network.enable")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.send("Network.disable")
        self._session.detach()

    def _note(self, way: str, event: dict[str, Any]) -> None:
        data, binary = event["response"]["payloadData"], event["response"]["opcode"] == 2
        self.seen[way] += len(data) * 3 // 4 - data[-2:].count("=") if binary else len(data.encode())
        self.seen[f"messages_{way}"] += 1
