"""A `DomsyncServer` in a process of its own: its memory is its own, and a test survives what ends its loop.

The process runs a `Stage` and does what it is asked for by lines of JSON on its standard input: a question is the name
of a method and its arguments, which it answers in the order in which they came.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.server import ServerConnection

from domsync_jupyter import DomsyncServer
from tests.sync.programs import peek

__all__ = ["ServerProcess", "Stage", "serving"]

CHECKOUT = Path(__file__).parents[2]
#: Seconds for which an answer is waited for.
DEADLINE_SECONDS = 60


class Stage:
    """What runs in the process; subclasses say what the server shows, and add methods to be asked for.

    Args:
        **options: Of the server.
    """

    def __init__(self, **options: Any) -> None:
        self.server = DomsyncServer(self.app(), "127.0.0.1", 0, verbose=False, **options)
        self._errors = _Recorder()
        self._process = psutil.Process()
        self._tasks = 0
        self._looked_at = 0
        self._found: list[ServerConnection] = []

    def app(self) -> Any:
        """A connection handler, or a document."""
        raise NotImplementedError

    async def begin(self) -> str:
        """Serve; the address."""
        await self.server.serve()
        self._tasks = len(asyncio.all_tasks())
        return self.server.url

    def figures(self) -> dict[str, Any]:
        """Bytes in use, connected clients, tasks that were not there at the beginning, objects of ours by kind."""
        gc.collect()
        kinds = (type(each) for each in gc.get_objects())
        counted = Counter(kind.__name__ for kind in kinds if kind.__module__.startswith("domsync_jupyter."))
        return {
            "rss": self._process.memory_info().rss,
            "clients": len(self.server.get_clients()),
            "tasks": len(asyncio.all_tasks()) - self._tasks,
            "objects": dict(counted),
        }

    def count(self) -> int:
        """How many clients are connected."""
        return len(self.server.get_clients())

    def names_of_tasks(self) -> list[str]:
        """All tasks, for a message."""
        return [repr(task)[:300] for task in asyncio.all_tasks()]

    def take_errors(self) -> list[str]:
        """What was logged as an error, and what asyncio and Python had to say of lost exceptions, since last asked."""
        gc.collect()
        texts, self._errors.texts = self._errors.texts, []
        return texts

    def buffers(self) -> list[int]:
        """How much waits to be written, for each connection that there is."""
        return [_waiting(each) for each in self._known_connections()]

    def _known_connections(self) -> list[ServerConnection]:
        # Looking for them takes long; who is connected changes seldom.
        if (count := len(self.server.get_clients())) != self._looked_at:
            self._looked_at, self._found = count, _connections()
        return self._found

    def tree(self, index: int) -> Any:
        """The document of a client, in the form in which trees are compared."""
        client = self.server.get_clients()[index]
        return peek(self.server.get_document(client).getRootElement())

    async def close(self) -> float:
        """Close the server; the seconds that took."""
        start = time.perf_counter()
        await self.server.close()
        return time.perf_counter() - start


def _connections() -> list[ServerConnection]:
    # By type(), not isinstance: proxies are among the objects, and would be asked.
    return [each for each in gc.get_objects() if issubclass(type(each), ServerConnection)]


def _waiting(connection: ServerConnection) -> int:
    transport = getattr(connection, "transport", None)
    return 0 if transport is None else transport.get_write_buffer_size()


class _Recorder(logging.Handler):
    """What went wrong in this process."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        logging.getLogger().addHandler(self)
        sys.unraisablehook = lambda each: self.texts.append(f"unraisable: {each.err_msg} {each.exc_value!r}")

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


async def _serve(name: str, options: dict[str, Any]) -> None:
    module, _, kind = name.partition(":")
    stage: Stage = getattr(importlib.import_module(module), kind)(**options)
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = sys.stdin.readline()
        if line:
            lines.put_nowait(line)
        else:
            lines.put_nowait('["end"]')
            loop.remove_reader(sys.stdin)

    loop.add_reader(sys.stdin, read)
    while True:
        question, *arguments = json.loads(await lines.get())
        if question == "end":
            return
        try:
            answer = getattr(stage, question)(*arguments)
            if asyncio.iscoroutine(answer):
                answer = await answer
            words = {"answer": answer}
        except Exception as error:  # noqa: BLE001 - the test that asked is told
            words = {"error": repr(error)}
        print(json.dumps(words), flush=True)


class ServerProcess:
    """The process, as a test has it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lock = asyncio.Lock()
        self.url = ""

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, question: str, *arguments: Any, seconds: float = DEADLINE_SECONDS) -> Any:
        """What the method of the stage returned."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._lock, asyncio.timeout(seconds):
            self._process.stdin.write(json.dumps([question, *arguments]).encode() + b"\n")
            line = await self._process.stdout.readline()
        assert line, (
            f"the server's process ended with {await self._process.wait()}, when asked for {question!r}"
        )
        words = json.loads(line)
        assert "error" not in words, words["error"]
        return words["answer"]

    async def until(self, question: str, value: Any, seconds: float = DEADLINE_SECONDS) -> float:
        """Ask again and again, until this is the answer; how many seconds that took."""
        start = time.perf_counter()
        while (answer := await self.ask(question)) != value:
            assert time.perf_counter() - start < seconds, f"{question}: {answer}, where {value} is expected"
            await asyncio.sleep(0.02)
        return time.perf_counter() - start


@contextlib.asynccontextmanager
async def serving(stage: type[Stage], **options: Any) -> AsyncIterator[ServerProcess]:
    """Serve a stage while the block runs. What it logs as errors and nobody takes out fails the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.served",
        f"{stage.__module__}:{stage.__qualname__}",
        json.dumps(options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=CHECKOUT,
        limit=1 << 26,
    )
    try:
        server = ServerProcess(process)
        server.url = await server.ask("begin")
        yield server
        await server.ask("close")
        errors = await server.ask("take_errors")
        assert not errors, "logged in the server's process:\n" + "\n".join(errors)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 5)
        if process.returncode is None:
            process.kill()
            await process.wait()


if __name__ == "__main__":
    # Under its own name: what it is asked for is a subclass of this module's `Stage`.
    from tests.faults import served

    asyncio.run(served._serve(sys.argv[1], json.loads(sys.argv[2])))
