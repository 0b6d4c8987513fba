"""A real kernel is interrupted again and again, while events come in, callbacks run and cells change the document.

There is no browser: the test is the front end, and speaks domsync.v1 over the comm of the widget.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync.replica import Replica
from tests.faults.soak import SECONDS, pick, report, seeded
from tests.sync.programs import replica_canonical

pytestmark = pytest.mark.timeout(SECONDS)

INTERRUPTS = pick(30, 1_000)
#: Seconds after which what was not processed is said again: a page asks earlier, but less often.
AGAIN_SECONDS = 0.5
VIEW = "a view"
#: What a cell says that was interrupted: ipykernel cancels one that awaits something.
INTERRUPTED = {"KeyboardInterrupt", "CancelledError"}
#: Cells that run meanwhile: they block, wait, compute, and change the document.
CELLS = [
    "time.sleep(0.05)",
    "sum(range(200_000))",
    "await asyncio.sleep(0.05)",
    "for i in range(50): out.innerText = str(i); document.flush()",
    "for i in range(300): items.appendChild(document.createElement('li', innerText=str(i)))\nitems.replaceChildren()",
    "with document.batch():\n    items.append(*map(document.createElement, ['li'] * 200))\n    items.replaceChildren()",
    "await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(5)))",
]
SETUP = """
import asyncio, json, signal, time
from domsync_jupyter import Document, DomsyncWidget
from tests.sync.programs import peek

document = Document()
out, items = document.createElement("p", id="out"), document.createElement("ul")
button = document.createElement("button", id="button")
began, ended = [], []

def work(event):
    began.append(event.clientX)
    items.appendChild(document.createElement("li", innerText=str(event.clientX)))
    deadline = time.perf_counter() + event.clientX % 7 / 1000
    while time.perf_counter() < deadline:
        out.innerText = str(time.perf_counter())
    if len(items.childNodes) > 5:
        items.firstChild.remove()
    ended.append(event.clientX)

async def work_later(event):
    await asyncio.sleep(0.001)

button.addEventListener("click", work)
button.addEventListener("click", work_later)
document.getRootElement().append(out, button, items)
# ipykernel 7.4 itself ends when it is interrupted in the instant in which it changes the handler of SIGINT.
kernel = get_ipython().kernel
dispatch_shell = kernel.dispatch_shell

async def dispatch(*arguments, **options):
    try:
        await dispatch_shell(*arguments, **options)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

kernel.dispatch_shell = dispatch
widget = DomsyncWidget(document)
widget
"""


class FrontEnd:
    """A page: it shows what comes, sends its events again until they are processed, and asks for what it has missed."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.comm = ""
        self.replica = Replica()
        self.session = ""
        self.applied = self.posted = self.processed = 0
        self.waiting: dict[int, list[Any]] = {}
        self.notices: dict[str, int] = {}
        self.replies: dict[str, Any] = {}
        #: How cells that were interrupted ended, and errors of cells that were not.
        self.interrupted: Counter[str] = Counter()
        self.errors: list[str] = []
        #: Frames that could not be applied, and messages that were not whole.
        self.faults: list[str] = []
        self.torn = 0
        self._told = 0.0
        self._broken = False

    def say(self, *message: Any) -> None:
        text = json.dumps(message)
        data = {"method": "custom", "content": {"view": VIEW, "text": text}}
        self.client.shell_channel.send(
            self.client.session.msg("comm_msg", {"comm_id": self.comm, "data": data})
        )

    def fire(self, target: int, number: int) -> None:
        self.posted += 1
        message = [
            1,
            self.posted,
            self.applied,
            "click",
            target,
            {"bubbles": True, "clientX": number},
            [],
            [],
        ]
        self.waiting[self.posted] = message
        self.say(*message)

    def execute(self, source: str) -> str:
        message_id: str = self.client.execute(source, stop_on_error=False)
        return message_id

    def value(self, source: str) -> Any:
        """What an expression is in the kernel, when all cells before are done."""
        message_id: str = self.client.execute("", user_expressions={"value": f"json.dumps({source})"})
        self.until(lambda: message_id in self.replies)
        result = self.replies[message_id]["user_expressions"]["value"]
        return json.loads(eval(result["data"]["text/plain"]))

    def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (
                f"waited in vain; {self.processed} of {self.posted} are processed"
            )
            self.turn()

    def turn(self, seconds: float = 0.01) -> None:
        """Take what comes within this time, and say again what is due."""
        try:
            while True:
                try:
                    message = self.client.get_iopub_msg(timeout=seconds)
                except ValueError:
                    # The kernel was interrupted between two parts of a message. Jupyter's server drops it, too.
                    self.torn += 1
                    continue
                self._take(message)
                seconds = 0
        except Empty:
            pass
        try:
            while True:
                reply = self.client.get_shell_msg(timeout=0)
                self.replies[reply["parent_header"]["msg_id"]] = reply["content"]
        except Empty:
            pass
        if self.waiting and time.monotonic() - self._told > AGAIN_SECONDS:
            self._told = time.monotonic()
            self._repeat()

    def _repeat(self) -> None:
        for seq, message in self.waiting.items():
            if seq > self.processed:
                message[2] = self.applied
                self.say(*message)

    def _take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "comm_open" if content["data"].get("state", {}).get("_esm"):
                self.comm = content["comm_id"]
            case "comm_msg" if content["comm_id"] == self.comm and content["data"].get("method") == "custom":
                if content["data"]["content"].get("view") == VIEW:
                    self._receive(json.loads(bytes(message["buffers"][0])))
            case "error" if content["ename"] in INTERRUPTED:
                self.interrupted[content["ename"]] += 1
            case "error":
                self.errors.append("\n".join(content["traceback"]))

    def _receive(self, message: list[Any]) -> None:
        match message:
            case [0, _, session, *_]:
                self.session = session
            case [1 | 2 as tag, seq, ack, ops]:
                self._processed(ack)
                if seq <= self.applied:
                    return
                if tag == 1 and seq != self.applied + 1:
                    self.say(10, self.applied)
                    return
                if tag == 1 and self._broken:
                    return
                try:
                    self.replica.apply(ops)
                except FrameError as error:
                    self._broken = True
                    self.faults.append(f"{error}: {json.dumps(ops)[:300]}")
                    self.say(8, "frame", str(error))
                    return
                self._broken = False
                self.applied = seq
                self.say(3, seq)
            case [3, ack]:
                self._processed(ack)
            case [6, token, *_]:
                self.say(7, token, self.posted)
            case [8, _, title, _, count]:
                self.notices[title] = count
            case [10, seq]:
                self._repeat()
            case [4, *_]:
                raise AssertionError(f"closed with {message}")

    def _processed(self, ack: int) -> None:
        self.processed = max(self.processed, ack)
        for seq in [seq for seq in self.waiting if seq <= ack]:
            del self.waiting[seq]
        self._told = time.monotonic()


class Interrupter(threading.Thread):
    """Sends SIGINT so often, at moments that a seed decides."""

    def __init__(self, pid: int, count: int, rnd: random.Random) -> None:
        super().__init__()
        self._pid = pid
        self._waits = [rnd.uniform(0.0, 0.03) for _ in range(count)]
        self.sent = 0

    def run(self) -> None:
        # The kernel may be gone: the test finds out.
        with contextlib.suppress(ProcessLookupError):
            for wait in self._waits:
                time.sleep(wait)
                os.kill(self._pid, signal.SIGINT)
                self.sent += 1


@pytest.fixture
def front_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FrontEnd, KernelManager]]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    manager = KernelManager()
    log = (tmp_path / "kernel.log").open("wb")
    manager.start_kernel(cwd=str(Path(__file__).parents[2]), stdout=log, stderr=log)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield FrontEnd(client), manager
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        manager.context.destroy(linger=0)
        log.close()
        print((tmp_path / "kernel.log").read_text()[-3_000:])


def test_an_interrupted_kernel_loses_nothing(front_end: tuple[FrontEnd, KernelManager]) -> None:
    page, manager = front_end
    rnd = seeded()
    page.execute(SETUP)
    page.until(lambda: bool(page.comm), 60)
    page.say(0, 1, "", 0, "a test")
    page.until(lambda: page.applied > 0)
    session = page.session
    target = next(n.number for n in page.replica.nodes.values() if n.attributes.get("id") == "button")

    provider = manager.provisioner
    interrupter = Interrupter(provider.process.pid, INTERRUPTS, rnd)  # type: ignore[union-attr]  # it is a local kernel
    interrupter.start()
    fired, cells, ran = 0, list[str](), 0.0
    while interrupter.is_alive():
        assert manager.is_alive(), f"the kernel has ended, after {interrupter.sent} interrupts"
        if len(page.waiting) < 20:
            for _ in range(rnd.randrange(1, 4)):
                fired += 1
                page.fire(target, fired)
        # A cell that was interrupted at its very beginning has no reply.
        if not cells or cells[-1] in page.replies or time.monotonic() - ran > 0.2:
            cells.append(page.execute(rnd.choice(CELLS)))
            ran = time.monotonic()
        page.turn(rnd.uniform(0, 0.01))
    interrupter.join()
    assert sum(page.interrupted.values()) >= INTERRUPTS // 100
    page.until(lambda: page.processed == page.posted)
    # One more goes all the way: the loop is alive, and so is the session.
    fired += 1
    page.fire(target, fired)
    page.until(lambda: page.processed == page.posted)

    began, ended = page.value("began"), page.value("ended")
    reported = sum(count for title, count in page.notices.items() if "KeyboardInterrupt" in title)
    lost = set(range(1, fired + 1)) - set(ended)
    report(
        f"interrupts: {INTERRUPTS:,} during {fired:,} events and {len(cells):,} cells; "
        f"{dict(page.interrupted)} ended cells, {reported} interrupted a callback, {len(lost)} callbacks did not end; "
        f"{len(page.faults)} frames were refused, {page.torn} messages torn by the kernel"
    )
    assert len(began) == len(set(began)), "called twice"
    assert ended == sorted(set(ended)), "out of order, or twice"
    assert ended[-1] == fired
    assert len(lost) <= reported, f"not run, and nobody told: {sorted(lost)[:20]}; notices: {page.notices}"
    assert set(map(kind, page.notices)) <= INTERRUPTED, page.notices
    assert page.session.partition(".")[0] == session.partition(".")[0]
    page.execute("document.flush()")
    wanted = as_lists(page.value("peek(document.getRootElement())"))
    page.until(lambda: as_lists(replica_canonical(page.replica.root)) == wanted, 10)
    assert not page.errors, page.errors
    assert not page.faults, "\n".join(page.faults)


def kind(title: str) -> str:
    return title.partition(" raised ")[2].partition(":")[0].strip()


def as_lists(tree: Any) -> Any:
    """As JSON has it."""
    return json.loads(json.dumps(tree))
