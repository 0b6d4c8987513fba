"""The echo of `benchmarks.apps`, by itself, and a page to connect to it from."""

from __future__ import annotations

import argparse
import asyncio

from websockets.asyncio.server import serve

from benchmarks.apps import bare_echo, blank_page


async def main(port: int) -> None:
    async with serve(bare_echo, "127.0.0.1", port, process_request=blank_page, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(main(parser.parse_args().port))
