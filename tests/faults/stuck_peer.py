"""A page in a process of its own, for a test to stop: ``python -m tests.faults.stuck_peer URL``.

It says when it shows the document. Its socket takes little, so that the server soon knows.
"""

from __future__ import annotations

import asyncio
import sys

from tests.faults.raw_peer import connect


async def main(url: str) -> None:
    peer = await connect(url, receive_buffer=4096)
    await peer.until(lambda: peer.applied > 0)
    print("shows", flush=True)
    await peer.gone(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
