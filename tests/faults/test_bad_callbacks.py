"""Callbacks that do their worst: the document and the page stay alike, the session lives, and others are answered."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from domsync_jupyter import Document, DomsyncServer, Element, Event
from tests.faults.served import ServerProcess, Stage, serving
from tests.faults.soak import SECONDS, pick, report
from tests.peer import PagePeer, page
from tests.sync.programs import replica_canonical

pytestmark = pytest.mark.timeout(SECONDS)

RAISES = pick(1_000, 10_000)
BLOCKED_SECONDS = pick(3, 60)
#: Seconds in which a client is answered while a callback of another one blocks a worker.
ANSWER_SECONDS = 1


class HostileError(Exception):
    """Cannot be shown: whoever asks for its words gets another one."""

    def __str__(self) -> str:
        raise ValueError("__str__ of an exception raised")

    def __repr__(self) -> str:
        raise ValueError("__repr__ of an exception raised")


class LoudError(Exception):
    """Has very many words, which cannot be encoded."""

    def __str__(self) -> str:
        return "\udc80\n" * 100_000


class Unpleasant:
    """Raises when its class is asked for, or its words, or anything."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1) + 1


def raise_(error: BaseException | type[BaseException]) -> None:
    raise error


#: What the buttons with these ids do.
BAD: dict[str, Any] = {
    "ValueError": lambda: raise_(ValueError("bad")),
    "KeyboardInterrupt": lambda: raise_(KeyboardInterrupt),
    "CancelledError": lambda: raise_(asyncio.CancelledError),
    "SystemExit": lambda: raise_(SystemExit(3)),
    "GeneratorExit": lambda: raise_(GeneratorExit),
    "StopIteration": lambda: raise_(StopIteration(1)),
    "StopAsyncIteration": lambda: raise_(StopAsyncIteration),
    "RecursionError": recurse,
    "MemoryError": lambda: raise_(MemoryError),
    "BaseException": lambda: raise_(BaseException("of the worst kind")),
    "ExceptionGroup": lambda: raise_(BaseExceptionGroup("several", [KeyboardInterrupt(), ValueError(1)])),
    "hostile": lambda: raise_(HostileError()),
    "loud": lambda: raise_(LoudError()),
    "unpleasant": lambda: raise_(ValueError(Unpleasant())),
    "TimeoutError": lambda: raise_(TimeoutError),
}


class Callbacks(Stage):
    """Each client has a document with a button for everything bad, and one that counts."""

    def __init__(self, **options: Any) -> None:
        #: What was called, in order.
        self.called: list[str] = []
        self._closing: list[asyncio.Task[None]] = []
        self._gate: dict[str, Any] = {}
        super().__init__(**options)

    def app(self) -> Any:
        async def app(server: DomsyncServer, client: Any) -> None:
            Board(self, server, client, server.get_document(client))
            await client.wait_closed()

        return app

    def take_called(self) -> list[str]:
        """What was called since last asked."""
        called, self.called = self.called, []
        return called


class Board:
    """One client's document."""

    def __init__(self, stage: Callbacks, server: DomsyncServer, client: Any, document: Document) -> None:
        self.stage, self.server, self.client, self.document = stage, server, client, document
        root = document.getRootElement()
        self.out = document.createElement("ul", id="out")
        root.appendChild(self.out)
        self.button("count", self.count)
        for name, action in BAD.items():
            self.button(name, self.sync(action))
            self.button(f"{name} later", self.later(action))
        for method in (
            self.half_way, self.half_way_in_a_batch, self.half_way_later, self.remove_itself, self.closed_other,
            self.closed_other_later, self.close_own, self.close_own_later, self.close_server, self.block,
            self.returns_rubbish, self.awaits_itself, self.cancels_itself, self.never_ends,
        ):  # fmt: skip
            self.button(method.__name__, method)

    def button(self, id: str, callback: Any) -> None:
        button = self.document.createElement("button", id=id, innerText=id)
        button.addEventListener("click", callback)
        # It is called after one that raises.
        button.addEventListener("click", lambda _: self.stage.called.append(id))
        self.document.getRootElement().appendChild(button)

    def note(self, words: str) -> None:
        self.out.appendChild(self.document.createElement("li", innerText=words))
        if len(self.out.childNodes) > 10:
            self.out.childNodes[0].remove()  # type: ignore[attr-defined]  # an li has it

    def sync(self, action: Any) -> Any:
        def callback(_event: Event) -> None:
            self.note("before")
            action()

        return callback

    def later(self, action: Any) -> Any:
        async def callback(_event: Event) -> None:
            await asyncio.sleep(0)
            self.note("before, later")
            action()

        return callback

    def count(self, _event: Event) -> None:
        self.note(f"counted {len(self.out.childNodes)}")

    def half_way(self, _event: Event) -> None:
        self.out.replaceChildren("text", self.document.createElement("b", innerText="half"))
        self.out.setAttribute("class", "half")
        raise ValueError("in the middle")

    def half_way_in_a_batch(self, _event: Event) -> None:
        with self.document.batch():
            self.out.replaceChildren(self.document.createElement("i", innerText="half of a batch"))
            self.out.setAttribute("title", "half")
            raise ValueError("in the middle of a batch")

    async def half_way_later(self, _event: Event) -> None:
        self.out.append("half, later")
        await asyncio.sleep(0)
        self.out.prepend("more")
        raise KeyError("in the middle, later")

    def remove_itself(self, event: Event) -> None:
        button = event.currentTarget
        assert isinstance(button, Element)
        button.removeEventListener("click", self.remove_itself)
        button.remove()

    def closed_other(self, _event: Event) -> None:
        raise ConnectionClosed(None, None)

    async def closed_other_later(self, _event: Event) -> None:
        other = next(each for each in self.server.get_clients() if each is not self.client)
        await other.close()
        await other.send("to someone who is gone")

    def close_own(self, _event: Event) -> None:
        self.stage._closing.append(asyncio.get_running_loop().create_task(self.client.close(4000, "bye")))
        self.note("closing")

    async def close_own_later(self, _event: Event) -> None:
        await self.client.close(4001, "bye")
        self.note("closed")
        self.stage.called.append("after close_own_later")

    async def close_server(self, _event: Event) -> None:
        start = time.perf_counter()
        await self.server.close()
        self.stage.called.append("after close_server")
        self.stage._gate["seconds"] = time.perf_counter() - start

    def block(self, _event: Event) -> None:
        self.note("blocking")
        time.sleep(BLOCKED_SECONDS)
        self.note("blocked")

    def returns_rubbish(self, _event: Event) -> Any:
        return Unpleasant()

    async def awaits_itself(self, _event: Event) -> None:
        task = asyncio.current_task()
        assert task is not None
        await task

    async def cancels_itself(self, _event: Event) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    def never_ends(self, _event: Event) -> Any:
        return asyncio.get_running_loop().create_future()


@contextlib.asynccontextmanager
async def stage(**options: Any) -> AsyncIterator[tuple[ServerProcess, PagePeer, PagePeer]]:
    """The server, a page in which bad things are done, and another one, which must not notice."""
    async with (
        serving(Callbacks, resume_seconds=0.5, **options) as server,
        page(server.url) as peer,
        page(server.url) as other,
    ):
        yield server, peer, other


async def click(peer: PagePeer, id: str) -> None:
    await peer.click(peer.find(id))


async def alike(server: ServerProcess, peer: PagePeer, index: int = 0) -> None:
    """The page shows what the document is, and is still answered."""
    await click(peer, "count")
    await peer.settled()
    assert without_listeners(replica_canonical(peer.replica.root)) == without_listeners(
        await server.ask("tree", index)
    )


def without_listeners(tree: list[Any]) -> list[Any]:
    """As lists, as JSON has them, and without what programs compare elsewhere."""
    if len(tree) == 2:
        return list(tree)
    tag, attributes, properties, _, kids = tree
    return [
        tag,
        [list(each) for each in attributes],
        [list(each) for each in properties],
        [*map(without_listeners, kids)],
    ]


class Trials:
    """Tries one bad thing after another, and tells of all that went wrong; a server that it ended is started anew."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    async def run(
        self, names: list[str], trial: Callable[[ServerProcess, PagePeer, PagePeer, str], Any]
    ) -> None:
        names = list(names)
        while names:
            try:
                async with stage() as (server, peer, other):
                    while names:
                        name = names.pop(0)
                        try:
                            async with asyncio.timeout(20):
                                await trial(server, peer, other, name)
                        except (AssertionError, TimeoutError) as error:
                            self.failures.append(f"{name}: {type(error).__name__}: {error}"[:300])
                            break
                    # What a failed trial leaves is of no interest.
                    if self.failures:
                        await server.ask("take_errors", seconds=3)
            except (AssertionError, TimeoutError, OSError):
                if not self.failures:
                    raise
        assert not self.failures, "\n".join(self.failures)


async def test_whatever_is_raised() -> None:
    async def trial(server: ServerProcess, peer: PagePeer, other: PagePeer, name: str) -> None:
        notices = len(peer.notices)
        await click(peer, name)
        # The listener after it is called all the same.
        assert await server.ask("take_called") == [name]
        # A coroutine that raises the same is the same error: the log has it once, and then counts.
        assert len(await server.ask("take_errors")) == 1 or name.endswith(" later")
        assert len(peer.notices) == notices + 1
        await click(other, "count")
        await alike(server, peer)
        await server.ask("take_called")
        assert not other.notices
        await alike(server, other, 1)
        await server.ask("take_called")

    names = [name + later for later in ("", " later") for name in BAD]
    names.remove("GeneratorExit later")  # That is how Python ends a coroutine, which is not to be outlived.
    await Trials().run(names, trial)


async def test_one_raises_again_and_again() -> None:
    async with stage() as (server, peer, other):
        await click(peer, "ValueError")
        before = await server.ask("figures")
        target, start = peer.find("ValueError"), time.perf_counter()
        for number in range(RAISES):
            seq = await peer.fire("click", target)
            if number % 100 == 99:
                await peer.until(lambda seq=seq: peer.processed >= seq)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
                await server.ask("take_errors")
                await click(other, "count")
        await peer.settled()
        seconds = time.perf_counter() - start
        await server.ask("take_errors")
        called = await server.ask("take_called")
        after = await server.ask("figures")
        assert called.count("ValueError") == RAISES + 1
        assert peer.notices[-1].count == RAISES + 1
        await alike(server, peer)
        await alike(server, other, 1)
        grown = (after["rss"] - before["rss"]) / 1e6
        report(
            f"bad callbacks: raised {RAISES:,} times in {seconds:.1f} s; the server grew by {grown:+.2f} MB"
        )
        assert grown < 20


async def test_what_was_changed_before_it_raised_is_shown() -> None:
    async def trial(server: ServerProcess, peer: PagePeer, _: PagePeer, name: str) -> None:
        await click(peer, name)
        (error,) = await server.ask("take_errors")
        assert "in the middle" in error
        assert "half" in peer.html()
        await alike(server, peer)

    await Trials().run(["half_way", "half_way_in_a_batch", "half_way_later"], trial)


async def test_what_is_odd() -> None:
    async def trial(server: ServerProcess, peer: PagePeer, other: PagePeer, name: str) -> None:
        await click(peer, name)
        errors = await server.ask("take_errors")
        if name == "remove_itself":
            assert 'id="remove_itself"' not in peer.html()
        if name.startswith("closed_other"):
            assert "ConnectionClosed" in errors[0]
        await alike(server, peer)
        if name == "closed_other_later":
            assert (await other.closed())[0] == 1000
        else:
            await alike(server, other, 1)

    names = [
        "remove_itself",
        "closed_other",
        "returns_rubbish",
        "awaits_itself",
        "cancels_itself",
        "closed_other_later",
    ]
    await Trials().run(names, trial)


@pytest.mark.parametrize(("name", "code"), [("close_own", 4000), ("close_own_later", 4001)])
async def test_one_closes_its_own_client(name: str, code: int) -> None:
    async with stage() as (server, peer, other):
        await peer.fire("click", peer.find(name))
        assert await peer.closed() == (code, "bye")
        await server.until("count", 1, 5)
        await click(other, "count")
        await alike(server, other)
        assert (await server.ask("figures"))["objects"]["Session"] == 1


async def test_one_closes_the_server() -> None:
    async with stage() as (server, peer, other):
        start = time.perf_counter()
        await peer.fire("click", peer.find("close_server"))
        assert (await other.closed())[0] == 1001
        assert (await peer.closed())[0] == 1001
        await server.until("count", 0, 5)
        seconds = time.perf_counter() - start
        report(f"bad callbacks: the server was closed by one of them in {seconds:.2f} s")
        assert seconds < 4
        figures = await server.ask("figures")
        assert figures["clients"] == 0


async def test_one_that_never_ends_goes_with_its_client() -> None:
    async with stage() as (server, peer, other):
        await peer.fire("click", peer.find("never_ends"))
        await click(other, "count")
        peer.vanish()
        await server.until("count", 1, 5)
        await alike(server, other)
        assert (await server.ask("figures"))["objects"]["Session"] == 1


async def test_one_that_blocks_a_worker_keeps_nobody_waiting() -> None:
    async with stage(callbacks="thread") as (server, peer, other):
        await peer.fire("click", peer.find("block"))
        start, slowest, pings, answers = time.perf_counter(), 0.0, 0, 0
        while ">blocked<" not in peer.html():
            before = time.perf_counter()
            assert before - start < BLOCKED_SECONDS + 10
            await click(other, "count")
            answers += 1
            for each in (peer, other):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await (await each.connection.ping())
                pings += 1
            slowest = max(slowest, time.perf_counter() - before)
        report(
            f"bad callbacks: one blocked for {BLOCKED_SECONDS} s; meanwhile {answers:,} clicks and "
            f"{pings:,} pings were answered, the slowest in {slowest * 1000:.0f} ms"
        )
        assert answers > 10
        assert slowest < ANSWER_SECONDS
        await alike(server, peer)
        await alike(server, other, 1)
