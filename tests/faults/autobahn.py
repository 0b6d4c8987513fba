"""Autobahn's test suite against our options of `websockets`, and against plain `websockets`: neither may do worse.

    python -m tests.faults.autobahn WSTEST [CASES...]

``WSTEST`` is the command of `autobahntestsuite`, which runs under Python 2.7 only; CONTRIBUTING.md says how to get it.
The cases are all of them, or those named, such as ``6.*``. Those about compression are left out: we do not offer it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from domsync_jupyter.transports.entrance import Entrance
from tests.faults.soak import report

__all__ = ["OURS", "PLAIN", "echo", "listen"]

OURS, PLAIN = "ours", "plain websockets"
#: The suite sends messages of 16 MiB.
MAX_BYTES = 1 << 25
COMPRESSION = ["12.*", "13.*"]


async def echo(connection: ServerConnection) -> None:
    """Say everything again."""
    with contextlib.suppress(ConnectionClosed):
        async for message in connection:
            await connection.send(message)


async def listen(kind: str, max_bytes: int = MAX_BYTES) -> Any:
    """A server that echoes on a free port: with the options of `DomsyncServer`, or with none."""
    if kind == PLAIN:
        return await serve(echo, "127.0.0.1", 0, compression=None, max_size=max_bytes)
    return await Entrance().listen(
        echo,
        "127.0.0.1",
        0,
        process_request=lambda _connection, _request: None,
        select_subprotocol=lambda _connection, _offered: None,
        subprotocols=[],
        max_message_bytes=max_bytes,
    )


async def run(wstest: str, cases: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What the suite says of each case, of both servers."""
    servers = {kind: await listen(kind) for kind in (OURS, PLAIN)}
    with tempfile.TemporaryDirectory() as folder:
        spec = {
            "outdir": f"{folder}/reports",
            "servers": [
                {"agent": kind, "url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
                for kind, server in servers.items()
            ],
            "cases": cases,
            "exclude-cases": COMPRESSION,
            "exclude-agent-cases": {},
        }
        path = Path(folder) / "spec.json"
        path.write_text(json.dumps(spec), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(wstest, "-m", "fuzzingclient", "-s", path, cwd=folder)
        if code := await process.wait():
            raise SystemExit(f"{wstest} ended with {code}")
        found: dict[str, dict[str, dict[str, Any]]] = json.loads(
            (Path(folder) / "reports" / "index.json").read_text(encoding="utf-8")
        )
    for server in servers.values():
        server.close()
        await server.wait_closed()
    return found


def verdict(result: dict[str, Any], what: str) -> Any:
    """Which of an echo and a close comes first is a matter of time, and all that the suite calls not strict."""
    return "OK" if result[what] == "NON-STRICT" else result[what]


def main(wstest: str, *cases: str) -> None:
    found = asyncio.run(run(wstest, list(cases) or ["*"]))
    differ = [
        f"{case}: {what} is {ours!r}, and {plain!r} of {PLAIN}"
        for case in found[PLAIN]
        for what in ("behavior", "behaviorClose", "remoteCloseCode")
        if (ours := verdict(found[OURS][case], what)) != (plain := verdict(found[PLAIN][case], what))
    ]
    for kind in (OURS, PLAIN):
        counted = Counter(result["behavior"] for result in found[kind].values())
        report(f"autobahn: {kind}: {len(found[kind])} cases: {dict(counted)}")
    both = [case for case, result in found[OURS].items() if result["behavior"] == "FAILED"]
    report(f"autobahn: {len(differ)} differences; failed with ours: {both}")
    print(*differ, sep="\n")
    if differ or not found[OURS]:
        raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
