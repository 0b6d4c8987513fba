"""An embedded widget and a page without a notebook, over a connection in memory."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import logging
import weakref
from collections.abc import AsyncIterator
from typing import Any

import anywidget
import comm
import ipywidgets
import pytest
import traitlets
from ipykernel.comm.comm import BaseComm

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget, EmbeddedElement
from domsync_jupyter.embedding import waiting
from domsync_jupyter.embedding.channel import Channel
from domsync_jupyter.sync import messages
from domsync_jupyter.transports.host import Host
from domsync_jupyter.transports.modules import find_module
from tests.peer import eventually
from tests.transports.test_host import View

ESM = "export default { render() {} }"


class Even(anywidget.AnyWidget):
    """Takes what it gets, and makes it even."""

    _esm = ESM
    count = traitlets.Int(0).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    data = traitlets.Any(b"").tag(sync=True)
    parts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    child = anywidget.WidgetTrait().tag(sync=True)

    @traitlets.validate("count")
    def _even(self, proposal: Any) -> int:
        return int(proposal["value"]) // 2 * 2


class Island:
    """One page's end of an embedded element, as js/src/islands/channel.ts is it."""

    def __init__(self, view: View, element: EmbeddedElement, token: str = "t") -> None:
        self.view = view
        self.element = element
        self.token = token
        self.number = 0
        self.answered = 0
        #: What Python said, and the last of ours that it had seen then.
        self.messages: list[dict[str, Any]] = []
        self.seen: list[int] = []

    async def say(self, method: str, **members: Any) -> None:
        message = {"model": self.element.getAttribute("model"), "method": method, **members}
        if method != "open":
            self.number += 1
            message["number"] = self.number
        await self.say_text("." + json.dumps(message))

    async def say_text(self, detail: str) -> None:
        await self.view.page.fire("domsync:model", self.element._number, detail=detail, bubbles=False)

    async def open(self, **members: Any) -> dict[str, Any]:
        await self.say("open", **({"token": self.token} | members))
        await self.answer()
        return self.messages[-1]

    async def answer(self, *, questions: int = 1) -> None:
        """Take, and answer, what Python asks next."""
        page = self.view.page
        await page.until(lambda: len(page.questions) >= self.answered + questions)
        for ask in page.questions[self.answered :]:
            assert (ask.kind, ask.name, ask.node) == ("call", "tell", self.element._number)
            token, number, text = ask.arguments
            assert (token, number) == (self.token, len(self.seen) + 1)
            said = json.loads(text)
            self.messages += said["messages"]
            self.seen.append(said["seen"])
            await page.say(messages.Answer(ask.id, True, None))
        self.answered = len(page.questions)

    def states(self) -> list[dict[str, Any]]:
        return [message["state"] for message in self.messages if message["method"] == "update"]


@pytest.fixture
def widget() -> Even:
    return Even()


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
def element(document: Document, widget: Even) -> EmbeddedElement:
    element = document.embed(widget)
    document.body.append(element)
    return element


@pytest.fixture
async def view(document: Document, element: EmbeddedElement) -> AsyncIterator[View]:
    view = View(Host(document))
    await view.page.hello()
    yield view
    await view.host.end_all()
    await view.running


@pytest.fixture
def island(view: View, element: EmbeddedElement) -> Island:
    return Island(view, element)


async def test_a_page_opens_the_model(island: Island, widget: Even) -> None:
    widget.label, widget.data, widget.parts = "x", b"\x00\xff", [{"a": b"1"}, 2]
    opened = await island.open()
    assert opened["method"] == "open"
    assert find_module(opened["esm"]) == ESM.encode()
    assert "_esm" not in opened["state"]
    assert opened["state"]["label"] == "x"
    assert opened["state"]["parts"] == [{}, 2]
    buffers = zip(opened["buffer_paths"], opened["buffers"], strict=True)
    assert {str(path): base64.b64decode(text) for path, text in buffers} == {
        "['data']": b"\x00\xff", "['parts', 0, 'a']": b"1",
    }  # fmt: skip


async def test_what_python_sets_comes_and_the_last_value_wins(island: Island, widget: Even) -> None:
    await island.open()
    widget.label = "a"
    await island.view.page.until(lambda: len(island.view.page.questions) == 2)
    widget.label = "b"
    widget.count = 2
    widget.label = "c"
    await island.answer()
    await island.answer()
    assert island.states() == [{"label": "a"}, {"label": "c", "count": 2}], (
        "while one is on its way, the rest merges"
    )


async def test_what_the_page_sets_reaches_python_and_comes_back_only_if_it_is_another(
    island: Island, widget: Even
) -> None:
    await island.open()
    await island.say("update", state={"count": 4, "label": "mine"})
    await island.answer()
    assert (widget.count, widget.label) == (4, "mine")
    assert (island.states(), island.seen[-1]) == ([], 1)
    await island.say("update", state={"count": 7})
    await island.answer()
    assert (island.states()[-1], island.seen[-1]) == ({"count": 6}, 2)


async def test_bytes_come_and_go(island: Island, widget: Even) -> None:
    await island.open()
    await island.say(
        "update", state={}, buffer_paths=[["data"]], buffers=[base64.b64encode(b"\x00\x01").decode()]
    )
    await island.answer()
    assert bytes(widget.data) == b"\x00\x01"
    heard: list[Any] = []
    widget.on_msg(lambda _, content, buffers: heard.append((content, [bytes(each) for each in buffers])))
    await island.say("custom", content={"a": 1}, buffers=["AAE="])
    await island.answer()
    assert heard == [({"a": 1}, [b"\x00\x01"])]
    widget.send({"b": 2}, [b"\xff"])
    await island.answer()
    assert island.messages[-1] == {
        "model": widget.model_id, "method": "custom", "content": {"b": 2}, "buffers": ["/w=="],
    }  # fmt: skip


async def test_messages_keep_their_place_among_values(island: Island, widget: Even) -> None:
    await island.open()
    widget.label = "before"
    widget.send("one")
    widget.label = "after"
    widget.send("two")
    await island.answer()
    told = [message.get("content", message.get("state")) for message in island.messages[1:]]
    assert told == [{"label": "before"}, "one", {"label": "after"}, "two"]


async def test_what_the_page_set_is_later_than_what_waits_for_it(island: Island, widget: Even) -> None:
    await island.open()
    widget.count = 2
    await island.view.page.until(lambda: len(island.view.page.questions) == 2)
    widget.label = "python's"
    widget.count = 8
    await island.say("update", state={"label": "mine"})
    await island.view.page.settled()
    await island.answer()
    await island.answer()
    assert widget.label == "mine"
    assert (island.states()[-1], island.seen[-1]) == ({"count": 8}, 1)


async def test_another_page_gets_what_one_sets(
    island: Island, element: EmbeddedElement, widget: Even
) -> None:
    other = Island(View(island.view.host, "other"), element, "other")
    await other.view.page.hello()
    await island.open()
    await other.open()
    await island.say("update", state={"count": 4})
    await other.answer()
    assert other.states() == [{"count": 4}]
    assert other.seen[-1] == 0, "of its own it has said nothing"
    other.view.link.feed({"view": "other", "text": '[4,"view"]'}, [])
    await other.view.running


async def test_a_new_session_of_the_same_page_begins_anew(island: Island, widget: Even) -> None:
    await island.open()
    again = Island(island.view, island.element, "again")
    again.answered = island.answered
    opened = await again.open()
    assert opened["method"] == "open"
    widget.count = 2
    await again.answer()
    assert again.states() == [{"count": 2}]
    await island.view.page.settled()
    assert len(island.view.page.questions) == again.answered, "the former channel says nothing more"


async def test_a_page_that_comes_back_is_asked_again(island: Island, widget: Even) -> None:
    await island.open()
    widget.count = 2
    await island.view.page.until(lambda: len(island.view.page.questions) == 2)
    await island.view.vanish()
    widget.label = "meanwhile"
    await island.view.come_back()
    island.answered = 0
    await island.answer()
    await island.answer()
    assert island.states() == [{"count": 2}, {"label": "meanwhile"}]


async def test_a_page_that_is_gone_is_forgotten(
    view: View, document: Document, element: EmbeddedElement, widget: Even
) -> None:
    other = View(view.host, "other")
    await other.page.hello()
    await Island(other, element).open()
    gone = weakref.ref(other.client)
    other.link.feed({"view": "other", "text": '[4,"view"]'}, [])
    await other.running
    del other
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert gone() is None
    widget.count = 2


async def test_a_widget_speaks_although_there_is_no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a program that has imported ipykernel, whose comms keep widgets silent then."""

    def create_comm(**arguments: Any) -> BaseComm:
        made: BaseComm = BaseComm(**arguments)  # type: ignore[no-untyped-call]  # ipykernel is typed in part
        return made

    monkeypatch.setattr(comm, "create_comm", create_comm)
    widget = Even()
    assert widget.comm.kernel is None
    document = Document()
    element = document.embed(widget)
    document.body.append(element)
    view = View(Host(document))
    await view.page.hello()
    island = Island(view, element)
    assert (await island.open())["model"] == widget.model_id == element.getAttribute("model")
    widget.count = 2
    await island.answer()
    assert island.states() == [{"count": 2}]
    await island.say("update", state={"count": 4})
    await island.answer()
    assert widget.count == 4
    widget.close()
    await island.answer()
    assert island.messages[-1]["method"] == "close"
    await view.host.end_all()
    await view.running


async def test_closing_the_widget_is_told(island: Island, widget: Even) -> None:
    await island.open()
    widget.close()
    await island.answer()
    assert island.messages[-1]["method"] == "close"


async def test_a_widget_that_was_closed_is_forgotten(island: Island, widget: Even) -> None:
    child = Even()
    widget.child = child
    await island.open()
    await island.say("open", model=child.model_id)
    await island.answer()
    child.count = 2
    await island.answer()
    comm, gone = weakref.ref(child.comm), weakref.ref(child)
    widget.child = None
    child.close()
    del child
    await island.answer()
    assert island.messages[-1]["method"] == "close"
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert (gone(), comm()) == (None, None)


async def test_another_module_is_told(island: Island, widget: Even) -> None:
    await island.open()
    widget.set_trait("_esm", "export default {}")
    await island.answer()
    module = next(message for message in island.messages if message["method"] == "module")
    assert find_module(module["esm"]) == b"export default {}"


async def test_a_child_is_opened_if_the_widget_refers_to_it(island: Island, widget: Even) -> None:
    child, stranger = Even(label="child"), Even(label="stranger")
    widget.child = child
    await island.open()
    await island.say("open", model=child.model_id)
    await island.answer()
    assert island.messages[-1]["state"]["label"] == "child"
    await island.say("open", model=stranger.model_id)
    await island.answer()
    assert island.messages[-1] == {"model": stranger.model_id, "method": "close"}
    await island.say("update", model=stranger.model_id, state={"label": "taken"})
    await island.answer()
    assert stranger.label == "stranger"


@pytest.mark.parametrize("prefix", ["IPY_MODEL_", "anywidget:"])
@pytest.mark.parametrize("where", ["label", "parts", "child"])
async def test_a_page_cannot_have_a_widget_refer_to_another(
    island: Island, widget: Even, prefix: str, where: str, expected_errors: list[logging.LogRecord]
) -> None:
    """Ids of models are no secret: they stand in saved notebooks."""
    child, stranger = Even(label="child"), Even(label="stranger")
    widget.parts = [child.model_id]
    widget.child = child
    await island.open()
    name = prefix + stranger.model_id
    await island.say("update", state={where: [{"a": [name]}] if where == "parts" else name})
    await island.answer()
    await island.view.page.settled()
    assert "may not name the model" in expected_errors.pop().getMessage()
    assert (island.seen[-1], widget.label, widget.child) == (1, "", child)
    await island.say("open", model=stranger.model_id)
    await island.answer()
    assert island.messages[-1] == {"model": stranger.model_id, "method": "close"}
    # Those that it was told of it may name, whether it has opened them or not.
    for number in range(2):
        await island.say("update", state={"parts": [number, prefix + child.model_id]})
        await island.view.page.settled()
        assert widget.parts == [number, prefix + child.model_id]
        await island.say("open", model=child.model_id)
        await island.view.page.settled()


@pytest.mark.parametrize("prefix", ["IPY_MODEL_", "anywidget:"])
async def test_a_text_that_looks_like_a_reference_is_none(island: Island, widget: Even, prefix: str) -> None:
    """A program may show what people typed in another page, or in a field of this one."""
    child, stranger = Even(label="child"), Even(label="stranger")
    widget.label = prefix + stranger.model_id
    widget.parts = [{"a": prefix + stranger.model_id}, prefix + child.model_id]
    widget.child = child
    await island.open()
    for other in (stranger, child):
        await island.say("open", model=other.model_id)
        await island.answer()
    assert [message["method"] for message in island.messages[-2:]] == ["close", "open"]


async def test_a_page_that_may_only_look_sets_nothing_and_is_heard(island: Island, widget: Even) -> None:
    heard: list[Any] = []
    widget.on_msg(lambda _, content, buffers: heard.append(content))
    island.element.read_only = True
    assert island.element.cloneNode().read_only  # type: ignore[attr-defined]
    await island.open()
    await island.say("update", state={"count": 4, "label": "mine"})
    await island.answer()
    await island.say("custom", content="hello")
    await island.view.page.until(lambda: heard == ["hello"])
    assert (widget.count, widget.label, island.seen[-1]) == (0, "", 1)
    island.element.read_only = False
    await island.say("update", state={"count": 4})
    await island.view.page.until(lambda: widget.count == 4)


async def test_what_is_refused_counts_as_seen_and_python_keeps_its_value(
    island: Island, widget: Even, expected_errors: list[logging.LogRecord]
) -> None:
    await island.open()
    widget.count = 2
    await island.view.page.until(lambda: len(island.view.page.questions) == 2)
    widget.label = "python's"
    await island.say("update", state={"label": "mine", "_esm": "x"})
    await island.view.page.settled()
    await island.answer()
    await island.answer()
    assert "may not set '_esm'" in expected_errors.pop().getMessage()
    assert (island.states()[-1], island.seen[-1]) == ({"label": "python's"}, 1)
    await island.view.page.settled()
    await island.say("update", state={"_css": "x"})
    await island.answer()
    await island.view.page.settled()
    assert "may not set '_css'" in expected_errors.pop().getMessage()
    assert island.seen[-1] == 2, "the page is told, though there is nothing else to say"


async def test_looking_for_a_stranger_reads_no_states(
    island: Island, widget: Even, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Even()
    await island.open()
    read: list[Any] = []
    get_state = Even.get_state

    def counted(self: Even, *arguments: Any, **options: Any) -> Any:
        if not arguments:
            read.append(self)
        return get_state(self, *arguments, **options)

    monkeypatch.setattr(Even, "get_state", counted)
    for _ in range(20):
        await island.say("open", model="nobody")
        await island.say("open", model=stranger.model_id)
    await island.view.page.settled()
    assert len(read) <= 1
    widget.child = stranger
    await island.say("open", model=stranger.model_id)
    await island.view.page.settled()
    assert read[-2:] == [widget, stranger]


async def test_opening_again_and_again_costs_one_state(
    island: Island, widget: Even, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget.label = "x" * 100_000
    made: list[Channel] = []

    class Recorded(Channel):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr("domsync_jupyter.embedding.element.Channel", Recorded)
    page = island.view.page
    await island.say("open", token="first")
    await page.until(lambda: len(page.questions) == 1)
    for number in range(50):
        await island.say("open", token=f"t{number % 7}")
        await island.say("open")
        await island.say("open", model=f"nobody {number % 3}")
    await page.settled()
    assert len(page.questions) == 1, "one at a time, whatever the token"
    (channel,) = made
    assert 100_000 < channel._waiting.size < 110_000
    await page.say(messages.Answer(page.questions[0].id, True, None))
    await page.until(lambda: len(page.questions) == 2)
    token, number, text = page.questions[1].arguments
    assert (token, number) == ("t0", 1), "the last one"
    assert [each["method"] for each in json.loads(text)["messages"]] == ["open", "close"]


async def test_a_page_that_lets_too_much_wait_is_told_nothing_more(
    island: Island,
    widget: Even,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    expected_errors: list[logging.LogRecord],
) -> None:
    await island.open()
    widget.count = 2
    await island.view.page.until(lambda: len(island.view.page.questions) == 2)
    monkeypatch.setattr(waiting, "MAX_BYTES", 10_000)
    for _ in range(10):
        widget.send("x" * 5_000)
    assert "the oldest are dropped" in caplog.text
    for number in range(20):
        await island.say("open", model=f"nobody {number}")
    await island.view.page.settled()
    assert "it is told nothing more" in expected_errors.pop().getMessage()
    await island.answer()
    widget.count = 4
    await island.view.page.settled()
    assert len(island.view.page.questions) == 2
    again = Island(island.view, island.element, "again")
    again.answered = island.answered
    assert (await again.open())["state"]["count"] == 4


async def test_a_widget_with_secrets_is_not_shown() -> None:
    class Secretive(Even):
        ticket = traitlets.Unicode("secret").tag(sync=True, secret=True)

    widget = Secretive()
    document = Document()
    element = document.embed(widget)
    document.body.append(element)
    view = View(Host(document))
    await view.page.hello()
    island = Island(view, element)
    assert (await island.open())["method"] == "refuse"
    await island.say("update", state={"ticket": "mine", "label": "mine"})
    await island.answer()
    assert (widget.ticket, widget.label) == ("secret", "")
    widget.ticket = "other"
    await view.page.settled()
    assert "secret" not in json.dumps([ask.arguments[2] for ask in view.page.questions if ask.id > 1])
    assert len(view.page.questions) == 2
    await view.host.end_all()
    await view.running


async def test_a_domsync_widget_is_one() -> None:
    """Its ticket would let the page into a server."""
    server = DomsyncServer(Document(), "127.0.0.1", 0)
    widget = DomsyncWidget(server)
    assert widget.get_state()["_options"]["token"]
    document = Document()
    element = document.embed(widget)
    document.body.append(element)
    view = View(Host(document))
    await view.page.hello()
    refused = await Island(view, element).open()
    assert (refused["method"], set(refused)) == ("refuse", {"model", "method", "text"})
    widget.close()
    await view.host.end_all()
    await view.running


async def test_a_widget_that_needs_a_notebook_says_so() -> None:
    document = Document()
    element = document.embed(ipywidgets.IntSlider())
    document.body.append(element)
    view = View(Host(document))
    await view.page.hello()
    island = Island(view, element)
    refused = await island.open()
    assert refused["method"] == "refuse"
    assert "IntSlider is shown in a notebook only" in refused["text"]
    await view.host.end_all()
    await view.running


async def test_an_element_that_has_left_is_told_nothing(island: Island, widget: Even) -> None:
    await island.open()
    island.element.remove()
    await island.view.page.settled()
    widget.count = 2
    await island.view.page.settled()
    assert len(island.view.page.questions) == 1


async def test_long_messages_come_in_parts(island: Island, widget: Even) -> None:
    await island.open()
    text = json.dumps(
        {"model": widget.model_id, "method": "update", "number": 1, "state": {"label": "y" * 100}}
    )
    await island.say_text("+" + text[:50])
    await island.say_text("+" + text[50:90])
    assert widget.label == ""
    await island.say_text("." + text[90:])
    await island.answer()
    assert widget.label == "y" * 100


@pytest.mark.parametrize(
    "detail",
    [
        ".", ".{", ".[]", '.{"model": 1, "method": "open"}', '.{"model": "MODEL", "method": "close"}',
        '.{"model": "MODEL", "method": "update", "state": {"_esm": "x"}}',
        # A notebook that shows the same widget would load it.
        '.{"model": "MODEL", "method": "update", "state": {"_view_module": "x"}}',
        '.{"model": "MODEL", "method": "update", "state": {"_model_module": "x", "_model_name": "y"}}',
        '.{"model": "MODEL", "method": "update", "buffer_paths": [["_css"]], "buffers": [""]}',
        '.{"model": "MODEL", "method": "update", "buffer_paths": [["data"]], "buffers": []}',
        '.{"model": "MODEL", "method": "update", "buffer_paths": [["data"]], "buffers": ["?"]}',
        '.{"model": "MODEL", "method": "update", "buffer_paths": [[0]], "buffers": [""]}',
        '.{"model": "MODEL", "method": "custom", "buffer_paths": [["data"]], "buffers": [""]}',
    ],
)  # fmt: skip
async def test_what_a_page_may_not_say(
    island: Island, widget: Even, detail: str, expected_errors: list[logging.LogRecord]
) -> None:
    await island.open()
    before = widget.get_state()
    await island.say_text(detail.replace("MODEL", widget.model_id))
    await island.view.page.settled()
    assert widget.get_state() == before
    assert "raised" in expected_errors.pop().getMessage()
    await island.say("update", state={"count": 2})
    await island.view.page.settled()
    assert widget.count == 2, "it ends nothing"


async def test_keys_that_a_widget_does_not_have_change_nothing(island: Island, widget: Even) -> None:
    """As over a comm; Plotly's module says one whose name was written wrong."""
    await island.open()
    comm = widget.comm
    await island.say("update", state={"comm": 1, "nothing": 1, "count": 2})
    await island.view.page.settled()
    assert (widget.count, widget.comm, hasattr(widget, "nothing")) == (2, comm, False)


async def test_a_message_has_an_end(
    island: Island, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr("domsync_jupyter.embedding.element.MAX_MESSAGE", 400)
    await island.open()
    for _ in range(3):
        await island.say_text("+" + "x" * 100)
    await island.answer()
    await island.view.page.settled()
    assert "more than 400 characters" in expected_errors.pop().getMessage()
    assert island.messages[-1]["method"] == "refuse", "the page shows it: it would wait in vain"
    again = Island(island.view, island.element, "again")
    again.answered = island.answered
    assert (await again.open())["method"] == "open"


async def test_parts_without_a_character_count_too(
    island: Island, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr("domsync_jupyter.embedding.element.MAX_MESSAGE", 1_000)
    for _ in range(16):
        await island.say_text("+")
    await island.view.page.settled()
    assert "more than 1000 characters" in expected_errors.pop().getMessage()


async def test_messages_that_nobody_takes_are_bounded(
    island: Island, widget: Even, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "MAX_CUSTOM", 10)
    await island.open()
    with caplog.at_level(logging.WARNING):
        for number in range(30):
            widget.send(number)
    assert caplog.text.count("the oldest are dropped") == 1
    await island.answer()
    assert [message["content"] for message in island.messages[1:]] == list(range(20, 30))


async def test_what_json_cannot_carry_is_logged(
    island: Island, widget: Even, expected_errors: list[logging.LogRecord]
) -> None:
    await island.open()
    widget.send({"no": object()})
    widget.count = 2
    await island.answer()
    assert "what a widget says cannot be sent" in expected_errors.pop().getMessage()
    assert island.states() == [{"count": 2}]


async def test_an_error_of_an_observer_is_shown(
    island: Island, widget: Even, expected_errors: list[logging.LogRecord]
) -> None:
    def broken(_change: object) -> None:
        raise RuntimeError("of an observer")

    widget.observe(broken, "count")
    await island.open()
    await island.say("update", state={"count": 2})
    await eventually(lambda: bool(island.view.page.notices))
    assert "of an observer" in island.view.page.notices[-1].title
    assert "of an observer" in expected_errors.pop().getMessage()
