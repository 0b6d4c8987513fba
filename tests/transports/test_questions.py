"""Questions to a page, and the answers that come late, wrong or never; over a comm in memory."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from domsync_jupyter import Document, Event
from domsync_jupyter.errors import NotFoundError, NotReadableError, NotSupportedError, PageError
from domsync_jupyter.sync import messages
from domsync_jupyter.transports import questions as questions_module
from domsync_jupyter.transports.host import Host
from tests.transports.test_host import View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine


@pytest.fixture
async def view() -> AsyncIterator[View]:
    """A view of a document with a control, which is node 2."""
    document = Document()
    document.getRootElement().append(document.createElement("input"))
    view = View(Host(document))
    await view.page.hello()
    yield view
    await view.host.end_all()
    await view.running


def control(view: View) -> Any:
    return view.viewer.document.getRootElement().firstChild


async def asked(view: View, question: Coroutine[Any, Any, Any]) -> tuple[asyncio.Task[Any], messages.Ask]:
    """Ask, and wait until the page has heard it."""
    count = len(view.page.questions)
    task = asyncio.create_task(question)
    await view.page.until(lambda: len(view.page.questions) > count)
    return task, view.page.questions[-1]


async def test_get_and_call(view: View) -> None:
    task, ask = await asked(view, view.client.get(control(view), "scrollTop"))
    assert (ask.node, ask.kind, ask.name, ask.arguments) == (2, "get", "scrollTop", [])
    await view.page.say(messages.Answer(ask.id, True, 12.5))
    assert await task == 12.5
    task, ask = await asked(view, view.client.call(control(view), "matches", ":focus"))
    assert (ask.kind, ask.name, ask.arguments) == ("call", "matches", [":focus"])
    await view.page.say(messages.Answer(ask.id, True, True))
    assert await task is True
    task, ask = await asked(view, view.client.get_bounding_client_rect(control(view)))
    await view.page.say(messages.Answer(ask.id, True, {"x": 1}))
    assert await task == {"x": 1}


async def test_answers_may_come_in_another_order(view: View) -> None:
    first, one = await asked(view, view.client.get(control(view), "value"))
    second, other = await asked(view, view.client.get(control(view), "checked"))
    await view.page.say(messages.Answer(other.id, True, "second"))
    await view.page.say(messages.Answer(one.id, True, "first"))
    assert list(await asyncio.gather(first, second)) == ["first", "second"]


async def test_the_page_says_that_it_raised(view: View) -> None:
    task, ask = await asked(view, view.client.call(control(view), "matches", "!"))
    await view.page.say(messages.Answer(ask.id, False, "SyntaxError: " + "x" * 5000))
    with pytest.raises(PageError, match="SyntaxError") as caught:
        await task
    assert len(str(caught.value)) < 1100


async def test_only_what_is_harmless_can_be_asked(view: View) -> None:
    for question in (
        view.client.get(control(view), "innerHTML"),
        view.client.get(control(view), "__proto__"),
        view.client.call(control(view), "remove"),
        view.client.call(control(view), "insertAdjacentHTML", "beforeend", "x"),
    ):
        with pytest.raises(NotSupportedError):
            await question
    assert view.page.questions == []


async def test_nodes_that_are_not_there(view: View) -> None:
    for element in (view.viewer.document.createElement("p"), Document().getRootElement()):
        with pytest.raises(NotFoundError):
            await view.client.get(element, "value")
    assert view.page.questions == []


async def test_a_new_node_is_there_when_it_is_asked_about(view: View) -> None:
    new = view.viewer.document.createElement("p")
    view.viewer.document.getRootElement().append(new)
    task, ask = await asked(view, view.client.get(new, "offsetWidth"))
    assert ask.node in view.page.replica.nodes
    await view.page.say(messages.Answer(ask.id, True, 1))
    await task


async def test_answers_to_no_question_are_ignored(view: View) -> None:
    for answer in (messages.Answer(1, True, "forged"), messages.Answer(-1, False, None)):
        await view.page.say(answer)
    await view.page.settled()
    task, ask = await asked(view, view.client.get(control(view), "value"))
    await view.page.say(messages.Answer(ask.id, True, "true"))
    await view.page.say(messages.Answer(ask.id, True, "again"))
    assert await task == "true"
    await view.page.settled()


async def test_arguments_that_cannot_be_sent_leave_nothing_behind(view: View) -> None:
    for argument in ("\ud800", object()):
        with pytest.raises((TypeError, UnicodeEncodeError)):
            await view.client.call(control(view), "matches", argument)
    assert view.viewer.questions._waiting == {}
    await view.page.say(messages.Hello(1, view.viewer.session.id, view.page.applied, ""))
    await view.page.until(lambda: len(view.page.welcomes) == 2)
    await view.page.settled()


async def test_no_answer(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions_module, "ANSWER_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match="did not answer"):
        await view.client.get(control(view), "value")
    assert view.viewer.questions._waiting == {}


async def test_a_question_that_was_given_up_leaves_nothing_behind(view: View) -> None:
    task, _ = await asked(view, view.client.get(control(view), "value"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert view.viewer.questions._waiting == {}


async def test_questions_are_asked_again_when_the_page_comes_back(view: View) -> None:
    task, ask = await asked(view, view.client.get(control(view), "value"))
    await view.page.say(messages.Bye("pagehide"))
    await view.running
    await view.come_back()
    await view.page.until(lambda: bool(view.page.questions))
    assert view.page.questions == [ask]
    await view.page.say(messages.Answer(ask.id, True, "typed"))
    assert await task == "typed"


async def test_the_end_of_the_client_ends_its_questions(view: View) -> None:
    task, _ = await asked(view, view.client.get(control(view), "value"))
    await view.host.end(view.viewer)
    with pytest.raises(ConnectionClosed):
        await task
    with pytest.raises(ConnectionClosed):
        await view.client.get(control(view), "value")


async def test_a_callback_may_ask(view: View) -> None:
    seen: list[Any] = []

    async def on_click(event: Event) -> None:
        seen.append(await event.client.get(control(view), "value"))

    control(view).addEventListener("click", on_click)
    await view.page.settled()
    await view.page.fire("click", 2)
    await view.page.until(lambda: bool(view.page.questions))
    await view.page.say(messages.Answer(view.page.questions[0].id, True, "typed"))
    await view.page.settled()
    assert seen == ["typed"]


# Files


async def drop(view: View, size: int = 5) -> Any:
    """A file that was dropped on the control."""
    seen: list[Event] = []
    control(view).addEventListener("drop", seen.append)
    await view.page.settled()
    await view.page.fire("drop", 2, files=[[7, "a.txt", size, "text/plain", 1000]])
    await view.page.settled()
    (file,) = seen[0].files
    return file


async def test_a_file_is_read_in_parts(view: View) -> None:
    file = await drop(view)
    assert (file.name, file.size, file.type) == ("a.txt", 5, "text/plain")
    task = asyncio.create_task(file.read())
    await view.page.until(lambda: bool(view.page.questions))
    ask = view.page.questions[0]
    assert (ask.kind, ask.arguments[:2]) == ("file", [7, 0])
    await view.page.say(messages.Answer(ask.id, True, base64.b64encode(b"\x00\xff123").decode()))
    assert await task == b"\x00\xff123"


@pytest.mark.parametrize(
    "value", [None, 1, "not base64!", ["x"], base64.b64encode(b"x" * 100).decode()], ids=repr
)
async def test_a_page_that_sends_something_else(view: View, value: Any) -> None:
    file = await drop(view)
    task = asyncio.create_task(file.read())
    await view.page.until(lambda: bool(view.page.questions))
    await view.page.say(messages.Answer(view.page.questions[0].id, True, value))
    with pytest.raises(NotReadableError):
        await task
