"""The numbers of docs/reliability.md: each option exists, has that default, and reaches what it is for."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from domsync_jupyter import DomsyncServer, DomsyncWidget, Limits
from domsync_jupyter.sync import messages
from domsync_jupyter.transports.comm import CommLink
from domsync_jupyter.transports.websocket import WebSocketLink
from tests.peer import eventually

PAGE = (Path(__file__).parent.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20}
OPTION = re.compile(r"`(Limits\.)?(\w+)`(\*?)(?: of `(DomsyncWidget)`)?")
#: Options that are not about how much and how long.
OTHERS = {"resume_on_reload"}


def rows() -> list[tuple[str, float, re.Match[str]]]:
    """What is limited, its default, and its option, of those that have one."""
    found = []
    for line in PAGE.partition("## The numbers")[2].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        option = OPTION.fullmatch(cells[-1])
        if len(cells) == 3 and option:
            number, _, unit = cells[1].replace(",", "").partition(" ")
            found.append((cells[0], float(number) * UNITS.get(unit, 1), option))
    return found


def default(function: Any, name: str) -> float:
    value = inspect.signature(function).parameters[name].default
    assert isinstance(value, int | float), name
    return value


@pytest.mark.parametrize(("what", "number", "option"), rows())
def test_the_option_has_the_default(what: str, number: float, option: re.Match[str]) -> None:
    of_limits, name, both, of_widget = option.groups()
    if of_limits:
        assert default(Limits, name) == number
        return
    if not of_widget:
        assert default(DomsyncServer, name) == number
    if of_widget or both:
        assert default(DomsyncWidget, name) == number


def test_every_option_is_there() -> None:
    told = {option[2] for _, _, option in rows()}
    limits = set(inspect.signature(Limits).parameters) - OTHERS
    numbers = {
        name
        for owner in (DomsyncServer, DomsyncWidget)
        for name, each in inspect.signature(owner).parameters.items()
        if isinstance(each.default, int | float) and not isinstance(each.default, bool)
    }
    assert told == limits | numbers


async def nothing(server: Any, client: Any) -> None:
    """A connection handler."""


async def test_those_of_a_server_reach_its_clients() -> None:
    limits = Limits(max_inbox_messages=3, max_inbox_bytes=30)
    options: dict[str, Any] = {"write_seconds": 7, "close_seconds": 5, "silence_seconds": 9, "limits": limits}
    async with (
        DomsyncServer(nothing, "127.0.0.1", 0, verbose=False, **options) as server,
        connect(f"ws://127.0.0.1:{server.port}", subprotocols=["domsync.v1"]) as socket,  # type: ignore[list-item]
    ):
        await socket.send(messages.encode(messages.Hello(1, "", 0, "")).decode())
        await socket.recv()
        (client,) = server.get_clients()
        link = client.link
        assert isinstance(link, WebSocketLink)
        assert (link.write_timeout, link.close_timeout, client.close_timeout) == (7, 5, 5)
        assert (client._inbox.max_messages, client._inbox.max_bytes) == (3, 30)
        assert server.silence_seconds == 9


async def test_those_of_a_widget_reach_its_clients() -> None:
    widget = DomsyncWidget(
        nothing,
        resume_seconds=1,
        max_waiting=2,
        silence_seconds=3,
        max_message_bytes=4_000,
        limits=Limits(window_frames=5, max_inbox_messages=6),
    )
    hello = messages.encode(messages.Hello(1, "", 0, "")).decode()
    widget._on_message(widget, {"view": "v", "text": hello}, [])
    await eventually(lambda: bool(widget.get_clients()))
    (client,) = widget.get_clients()
    host = widget._host
    assert (host.resume_seconds, host.max_waiting, host.silence_seconds) == (1, 2, 3)
    assert isinstance(client.link, CommLink)
    assert client.link.max_message_bytes == 4_000
    assert host._viewers[client].session.limits.window_frames == 5
    assert client._inbox.max_messages == 6
    widget.close()
    await eventually(lambda: not widget.get_clients())


@pytest.mark.parametrize(
    "option",
    [
        {"resume_seconds": 1}, {"max_waiting": 1}, {"silence_seconds": 1}, {"max_message_bytes": 1},
        {"limits": Limits()}, {"thread": True}, {"callbacks": "thread"},
    ],
)  # fmt: skip
def test_a_server_has_its_own(option: dict[str, Any]) -> None:
    server = DomsyncServer(nothing, "127.0.0.1", 0)
    with pytest.raises(ValueError, match="own options"):
        DomsyncWidget(server, **option)
