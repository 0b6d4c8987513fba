"""The Python side of a schedule: a document that changes by itself, and keeps a record of the events that it gets.

Runs in the thread of a server or in a kernel, and knows of neither.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

from domsync_jupyter import Document, Element, Event
from tests.browser.canonical import shown
from tests.sync.programs import Program

__all__ = ["TYPES", "Play"]

#: Types of the events that are counted.
TYPES = ["click", "change", "keydown", "input", "mousemove"]


class Play:
    """A **panel** of controls, which the page's person uses and Python writes, too, and an **area** of anything.

    Each event brings the number that the page has given to it: see `tests.browser.page_schedules_person`.

    Args:
        document: Whose root gets both, in the place of what it has.
        seed: Of all that happens here.
    """

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.seen: list[tuple[int, str]] = []
        self.operations = 0
        root = document.getRootElement()
        with document.batch():
            self.panel = document.createElement("div", id="panel")
            self.area = document.createElement("div", id="area")
            self._fill_panel()
            root.replaceChildren(self.panel, self.area)
        for event_type in TYPES:
            self.panel.addEventListener(event_type, self._see, "event.number")
        self.program = Program(document, seed, resets=False)
        # Its root is the area, and it may do anything to that; see `_step`.
        self.program.pool[0] = self.area

    def _fill_panel(self) -> None:
        make = self.document.createElement
        self.buttons: list[Any] = [make("button", id=f"button{n}", innerText=f"{n}") for n in range(4)]
        self.buttons[3].addEventListener("click", self._take_time)
        self.fence = make("button", id="fence", innerText="fence")
        self.fence.addEventListener("click", self._reach_fence, "event.number")
        self.text: Any = make("input", id="text")
        self.notes: Any = make("textarea", id="notes")
        self.tick: Any = make("input", id="tick", attributes={"type": "checkbox"})
        self.radios: list[Any] = [
            make("input", id=f"radio{n}", attributes={"type": "radio", "name": "radio"}) for n in range(3)
        ]
        self.choice: Any = make("select", id="choice")
        self.choice.append(*(make("option", innerText=f"choice {n}") for n in range(5)))
        self.more: Any = make("details", id="more")
        self.more.append(make("summary", id="summary", innerText="more"), "of it")
        self.box = make("div", id="box", attributes={"style": "height: 60px; overflow: auto; width: 200px"})
        self.box.append(*(make("p", innerText=f"line {n}") for n in range(60)))
        self.box.addEventListener("scroll", self._see, "event.number")
        self.output = make("output", id="output")
        self.panel.append(
            *self.buttons, self.text, self.notes, self.tick, *self.radios, self.choice, self.more, self.box,
            self.output, self.fence,
        )  # fmt: skip

    # Events

    def _see(self, event: Event) -> None:
        self.seen.append((event.value, event.type))
        if self.random.random() < 0.3:
            self.output.textContent = f"{len(self.seen)} events"
        if self.random.random() < 0.005:
            time.sleep(0.1)  # A callback that blocks its loop.

    async def _take_time(self, _event: Event) -> None:
        await asyncio.sleep(self.random.choice([0, 0, 0.01, 0.05]))

    def _reach_fence(self, event: Event) -> None:
        self.document.getRootElement().setAttribute("data-fence", str(event.value))

    # Changes

    async def run(self, operations: int, seconds: float) -> None:
        """Change the document so many times, in about that time; sometimes nothing else can run meanwhile."""
        loop, rnd = asyncio.get_running_loop(), self.random
        start = loop.time()
        while self.operations < operations:
            for _ in range(rnd.choice([1, 1, 3, 10, 30])):
                self._step()
            if rnd.random() < 0.05:
                self.document.flush()
            if rnd.random() < 0.02:
                time.sleep(rnd.uniform(0, 0.3))  # noqa: ASYNC251 - the server stalls
            await asyncio.sleep(max(0, start + seconds * self.operations / operations - loop.time()))

    def _step(self) -> None:
        self.operations += 1
        if self.random.random() < 0.3:
            self.random.choice(self._on_the_panel())()
            return
        self.program.step()
        root = self.document.getRootElement()
        if self.area.parentNode is not root:
            root.append(self.area)

    def _on_the_panel(self) -> list[Callable[[], object]]:
        rnd, number = self.random, self.operations
        element: Any = rnd.choice(self.panel.children)
        text = rnd.choice(["", "written", f"written {number}"])
        return [
            lambda: setattr(self.output, "textContent", f"{number} operations"),
            lambda: setattr(self.text, "value", text),
            lambda: setattr(self.notes, "value", text + "\n" + text),
            lambda: setattr(self.tick, "checked", rnd.random() < 0.5),
            lambda: setattr(rnd.choice(self.radios), "checked", True),
            lambda: setattr(self.choice, "selectedIndex", rnd.randrange(5)),
            lambda: setattr(self.more, "open", rnd.random() < 0.5),
            lambda: element.setAttribute("title", f"{number}"),
            lambda: element.classList.toggle("changed"),
            # Whatever has the focus or is scrolled goes elsewhere, too.
            lambda: self.panel.insertBefore(element, rnd.choice(self.panel.children)),
            lambda: self.panel.insertBefore(element, None),
            lambda: self.box.append(self._line(f"line of {number}")),
            lambda: setattr(self.box.children[-1], "textContent", f"{text}."),
        ]

    def _line(self, text: str) -> Element:
        return self.document.createElement("p", innerText=text)

    # In the end

    def result(self) -> dict[str, Any]:
        """What a page has to show, and what has been heard of it."""
        root = self.document.getRootElement()
        return {"shown": shown(root)[3], "seen": self.seen, "operations": self.operations}
