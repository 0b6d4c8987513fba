"""Sessions of eval clients, and rendering for a server of one's own."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.dom import Event
from domsync_jupyter.errors import InvalidStateError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.eval_session import EvalSession
from domsync_jupyter.sync.mirror import Mirror

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["event", "id", "value", "node", "seq", "fields", "values", "edits", "answer"]


def session_of(document: Document) -> EvalSession:
    return EvalSession(Mirror.of(document))


def taken(session: EvalSession) -> str:
    return b"".join(session.take()).decode()


def body(text: str) -> str:
    """The statements of the frames."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("(function", "})(window")))


def test_changes_wait_as_one_difference() -> None:
    document = Document("root")
    session = session_of(document)
    other = session_of(document)
    assert "window.__domsync__ = nodes" in taken(session)
    taken(other)
    p = document.createElement("p", innerText="a")
    document.getRootElement().append(p)
    for text in "bcd":
        p.innerText = text
        taken(other)
    assert body(taken(session)) == (
        'n.add(2, d.createElement("p"));\nn[2].textContent = "d";\nn[1].append(n[2]);\n'
    )
    assert taken(session) == ""


def test_nothing_is_sent_inside_a_batch_after_the_end_or_while_suspended() -> None:
    document = Document("root")
    session = session_of(document)
    taken(session)
    with document.batch():
        document.getRootElement().append("x")
        assert session.take() == []
    assert len(session.take()) == 1
    document.getRootElement().append("y")
    session.suspend()
    assert session.take() == []
    session.close()
    assert session.take() == []


def test_the_applications_text_and_notices_come_after_what_they_may_need() -> None:
    session = session_of(Document("root"))
    session.send_app("hello()")
    session.send(messages.Notice("error", "t", "x", 1))
    session.send(messages.Ask(1, 1, "get", "scrollTop", []))
    session.send(messages.Ask(2, 1, "file", "", []))
    session.send(messages.Ping("t", 0))
    frame, *rest = session.take()
    assert b"__domsync__ = nodes" in frame
    assert rest[0] == b"hello()"
    assert [text.split(b"(")[0] for text in rest[1:]] == [b"console.error", b"window.__domsync__.ask"]


def test_reads_events_and_answers() -> None:
    document = Document("root")
    field = document.createElement("input", id="f")
    field.addEventListener("input", print, "this.value")
    document.getRootElement().append(field)
    session = session_of(document)
    taken(session)
    full = {
        "domsync": True, "event": "input", "id": "f", "value": "v", "node": 2, "seq": 3, "fields": {"bubbles": True},
        "values": [2, "this.value", "v"], "edits": [2, "value", "v"], "more": [{}],
    }  # fmt: skip
    assert session.decode(json.dumps(full)) == messages.Event(
        3, 0, "input", 2, {"bubbles": True}, [2, "value", "v"], [2, "this.value", "v"]
    )
    plain = {"domsync": True, "event": "input", "id": "f", "value": {"any": 1}}
    fields: Any = {"value": {"any": 1}}
    values: Any = [2, "this.value", {"any": 1}]
    assert session.decode(json.dumps(plain)) == messages.Event(3, 0, "input", 2, fields, [], values)
    assert session.decode('{"domsync": true, "answer": {"id": 1, "ok": true, "value": 2}}') == (
        messages.Answer(1, True, 2)
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"domsync": false}', "hello", "[" * 100_000, '"\\ud800"']
)
def test_what_is_not_domsyncs_is_the_applications(text: str) -> None:
    assert session_of(Document()).decode(text) == messages.App(0, 0, text)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_hostile_messages_do_no_harm(message: dict[str, Any]) -> None:
    document = Document()
    document.getRootElement().addEventListener("click", lambda event: 1)
    logging.getLogger("domsync_jupyter").disabled = True
    try:
        session = session_of(document)
        session.decode(json.dumps({"domsync": True, **message}))
        assert document.handle_event({"domsync": True, **message}) in (None, 1)
    finally:
        logging.getLogger("domsync_jupyter").disabled = False
    assert document.getRootElement().childNodes == []


def test_what_is_wrong_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    document = Document()
    wrong: list[Any] = [[], None, {}, {"event": "click"}, {"domsync": True}, {"domsync": True, "event": 3}]
    for message in wrong:
        assert document.handle_event(message) is None
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1


# Rendering for a server of one's own


def test_updates_are_everything_at_first_and_then_what_changed() -> None:
    document = Document("root")
    p = document.createElement("p", innerText="a")
    document.getRootElement().append(p)
    assert 'n[2].textContent = "a"' in document.render_js_updates()
    assert document.render_js_updates() == ""
    p.innerText = "b"
    assert body(document.render_js_updates()) == 'n.setText(2, "b");\n'


def test_rendering_does_not_disturb_other_viewers() -> None:
    document = Document("root")
    session = session_of(document)
    taken(session)
    document.render_js_updates()
    document.getRootElement().append("x")
    assert taken(session) == document.render_js_updates() != ""


def test_full_is_for_a_page_that_is_new() -> None:
    document = Document("root")
    document.getRootElement().append("x")
    assert '"x"' in document.render_js_full(), "without updates it can be used on its own"
    assert '"x"' in document.render_js_updates()
    document.getRootElement().append("y")
    with pytest.raises(InvalidStateError, match="render_js_updates"):
        document.render_js_full()
    update = document.render_js_updates()
    assert update.count('"y"') == 1, "what was rendered to find that out is not lost"
    assert '"y"' in document.render_js_full()
    assert document.render_js_updates() == ""
    with document.batch(), pytest.raises(InvalidStateError, match="batch"):
        document.render_js_full()


def test_a_page_whose_state_python_has_not_seen_keeps_it() -> None:
    document = Document("root")
    field: Any = document.createElement("input", id="f")
    document.getRootElement().append(field)
    document.render_js_updates()
    document.handle_event(
        {"domsync": True, "event": "input", "node": 2, "seq": 5, "edits": [2, "value", "typed"]}
    )
    assert field.value == "typed"
    assert document.render_js_updates() == "", "the page shows it already"
    field.value = "set"
    assert "n.seen(5);" in document.render_js_updates()


# Events


def test_handle_event_returns_what_the_callback_returns() -> None:
    document = Document("root")
    button = document.createElement("button", id="b")
    seen: list[Any] = []

    def on_click(event: Event) -> str:
        seen.append((event["event"], event["id"], event["doc"], event["value"]))
        return "result"

    button.addEventListener("click", on_click, js_value_getter="this.value")
    document.getRootElement().append(button)
    message = {"domsync": True, "event": "click", "id": "b", "value": "v"}
    assert document.handle_event(message) == "result"
    assert document.handle_event(message | {"doc": document}) == "result"
    assert seen == [("click", "b", document, "v")] * 2
    assert document.handle_event(message | {"event": "keydown"}) is None
    assert document.handle_event(message | {"id": "nobody"}) is None
    assert document.handle_event(message | {"node": 99}) is None


def test_a_raising_callback_raises_to_who_called() -> None:
    document = Document("root")

    def on_click(event: Event) -> None:
        raise ValueError("mine")

    document.getRootElement().addEventListener("click", on_click)
    with pytest.raises(ValueError, match="mine"):
        document.handle_event({"domsync": True, "event": "click", "id": "root"})


async def test_coroutine_functions_are_awaited_by_who_called() -> None:
    document = Document("root")
    inner = document.createElement("p", id="p")
    document.getRootElement().append(inner)
    calls: list[str] = []

    async def slow(event: Event) -> str:
        calls.append("slow")
        return "slow"

    def plain(event: Event) -> str:
        calls.append("plain")
        return "plain"

    inner.addEventListener("click", slow)
    inner.addEventListener("click", plain)
    document.getRootElement().addEventListener("click", slow)
    result = document.handle_event(
        {"domsync": True, "event": "click", "id": "p", "fields": {"bubbles": True}}
    )
    assert await result == "slow"
    assert calls == ["slow", "plain", "slow"]
