"""The limit on a page: a hand-tuned server that sends data only, to a page that knows how to build rows."""

from __future__ import annotations

import argparse
import asyncio

import msgspec
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.side_by_side.apps.rowstore import StreamClock
from benchmarks.side_by_side.apps.wireproto import WINDOW, Session, sweep

encode, decode = msgspec.json.encode, msgspec.json.decode


async def client(socket: ServerConnection) -> None:
    session, credit = Session(), asyncio.Semaphore(WINDOW)
    tasks: set[asyncio.Task[None]] = set()

    async def stream() -> None:
        clock = StreamClock()
        while clock.running():
            await credit.acquire()
            await socket.send(encode(sweep(clock.next())), text=True)
        await socket.send(encode(["info", clock.done()]), text=True)

    async for text in socket:
        kind, *args = decode(text)
        if kind == "ack":
            credit.release()
        elif kind == "stream":
            task = asyncio.create_task(stream())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        else:
            await socket.send(encode(session.handle(kind, *args)), text=True)


async def main(port: int) -> None:
    async with serve(client, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(main(parser.parse_args().port))
