"""What waits for a page: how much it is, and what the page makes of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.embedding import states, waiting
from domsync_jupyter.embedding.waiting import Message, Waiting


def values(**state: Any) -> states.Values:
    return states.split(state, (), ())


def update(model: str, **state: Any) -> Message:
    return Message(model, "update", values(**state))


def custom(model: str, content: Any) -> Message:
    return Message(model, "custom", size=len(str(content)), content=content, buffers=[])


def take(queue: Waiting) -> list[dict[str, Any]]:
    assert queue.size == sum(each.size for listed in queue._models.values() for each in listed)
    taken: list[dict[str, Any]] = msgspec.json.decode(states.encode(queue.take()))
    assert (queue.size, bool(queue)) == (0, False)
    return taken


def test_a_page_that_is_away_costs_one_difference_for_each_model() -> None:
    queue = Waiting()
    for number in range(1_000):
        for model in "ab":
            queue.put(update(model, **{f"key{number % 3}": number}))
    assert [(each["model"], each["state"]) for each in take(queue)] == [
        ("a", {"key0": 999, "key1": 997, "key2": 998}),
        ("b", {"key0": 999, "key1": 997, "key2": 998}),
    ]


def test_the_size_follows_what_is_merged_and_forgotten() -> None:
    queue = Waiting()
    queue.put(Message("a", "open", values(x="x" * 5_000), esm="/1"))
    queue.put(update("a", x="y", data="z"))
    assert 1_000 < queue.size < 3_000
    queue.put(Message("a", "module", esm="/2"))
    queue.forget("a", ["x", "nothing"])
    (opened,) = take(queue)
    assert (opened["method"], opened["esm"], opened["state"]) == ("open", "/2", {"data": "z"})
    queue.put(update("a", x=1))
    queue.forget("a", ["x"])
    assert take(queue) == []


def test_what_a_model_is_takes_the_place_of_what_it_was() -> None:
    queue = Waiting()
    for number in range(300):
        queue.put(Message("a", "open", values(x="x" * 1_000_000, number=number), esm="/1"))
        queue.put(Message("b", "close"))
    assert queue.size < 1_010_000
    queue.put(custom("a", "heard"))
    queue.put(Message("a", "open", values(number=300), esm="/1"))
    assert [(each["model"], each["method"]) for each in take(queue)] == [
        ("a", "open"), ("b", "close"), ("a", "custom"),
    ]  # fmt: skip
    queue.put(Message("a", "open", values(x=1), esm="/1"))
    queue.put(update("a", x=2))
    queue.put(Message("a", "close"))
    assert [each["method"] for each in take(queue)] == ["close"]


def test_what_is_said_while_the_state_is_read_is_not_lost() -> None:
    queue = Waiting()
    queue.put(update("a", x=2))
    queue.put(Message("a", "module", esm="/2"))
    queue.put(Message("a", "open", values(x=1, y=1), esm="/1"))
    (opened,) = take(queue)
    assert (opened["state"], opened["esm"]) == ({"x": 2, "y": 1}, "/2")


def test_what_stood_around_a_dropped_message_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_CUSTOM", 2)
    queue = Waiting()
    for number in range(1_000):
        queue.put(update("a", **{f"key{number % 3}": number}))
        queue.put(custom("a", number))
    taken = take(queue)
    assert [each["method"] for each in taken] == ["update", "custom", "update", "custom"]
    assert taken[0]["state"] == {"key0": 996, "key1": 997, "key2": 998}


def test_of_messages_that_are_too_long_together_the_oldest_are_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "MAX_BYTES", 10_000)
    queue = Waiting()
    dropped = [queue.put(custom("a", "x" * 3_000)) for _ in range(5)]
    assert dropped == [0, 0, 1, 1, 1]
    assert len(take(queue)) == 2


def test_a_value_that_is_taken_back_at_once_is_seen() -> None:
    """As Plotly says what has changed: `_py2js_restyle` is set, and then `None`."""
    queue = Waiting()
    queue.put(Message("a", "open", values(said=None, other=0), esm="/1"))
    for number in range(3):
        queue.put(update("a", said=number))
        queue.put(update("a", other=number))
        queue.put(update("a", said=None))
    assert [each["state"] for each in take(queue)] == [
        {"said": None, "other": 0},
        {"said": 0, "other": 0}, {"said": None}, {"said": 1, "other": 1}, {"said": None},
        {"said": 2, "other": 2}, {"said": None},
    ]  # fmt: skip


def test_of_many_that_are_taken_back_the_last_ones_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_PULSES", 4)
    queue = Waiting()
    for number in range(1_000):
        queue.put(update("a", said=number))
        queue.put(update("a", said=None))
        if number % 100 == 50:
            queue.put(Message("a", "open", values(said=None), esm="/1"))
    assert [each["state"]["said"] for each in take(queue)] == [None, 998, None, 999, None]
    queue.put(update("a", said=1))
    queue.put(update("a", said=None))
    queue.put(custom("a", "x"))
    queue.put(update("a", said=None))
    for number in range(5):
        queue.put(update("a", said=number))
        queue.put(update("a", said=None))
    assert [each["state"]["said"] for each in take(queue) if each["method"] == "update"][-3:] == [
        None,
        4,
        None,
    ]


STEPS = st.one_of(
    st.tuples(st.sampled_from(["update", "none"]), st.sampled_from("ab"), st.sampled_from("xyz")),
    st.tuples(st.sampled_from(["custom", "module", "open", "take"]), st.sampled_from("ab"), st.just("")),
)


@given(st.lists(STEPS, max_size=60))
def test_the_page_ends_with_the_same_state_and_has_the_last_messages(
    steps: list[tuple[str, str, str]],
) -> None:
    queue, limits = Waiting(), (waiting.MAX_CUSTOM, waiting.MAX_PULSES)
    waiting.MAX_CUSTOM = waiting.MAX_PULSES = 3
    python: dict[str, dict[str, Any]] = {model: {"esm": "0", "x": 0, "y": 0, "z": 0} for model in "ab"}
    page: dict[str, dict[str, Any]] = {}
    sent: list[int] = []
    heard: list[int] = []

    def receive() -> None:
        for each in take(queue):
            if each["method"] == "open":
                page[each["model"]] = {"esm": each["esm"], **each["state"]}
            elif each["method"] == "custom":
                heard.append(each["content"])
            elif each["model"] in page:
                page[each["model"]] |= each.get("state", {"esm": each.get("esm")})

    try:
        for number, (kind, model, key) in enumerate(steps):
            state = python[model]
            if kind in ("update", "none"):
                state[key] = number if kind == "update" else None
                queue.put(update(model, **{key: state[key]}))
            elif kind == "custom":
                sent.append(number)
                queue.put(custom(model, number))
            elif kind == "module":
                state["esm"] = str(number)
                queue.put(Message(model, "module", esm=str(number)))
            elif kind == "open":
                queue.put(
                    Message(model, "open", values(x=state["x"], y=state["y"], z=state["z"]), esm=state["esm"])
                )
            else:
                receive()
        receive()
    finally:
        waiting.MAX_CUSTOM, waiting.MAX_PULSES = limits
    assert page == {model: python[model] for model in page}
    assert heard == sorted(heard)
    assert heard[-3:] == sent[-3:]
