"""`Input`: what holds for all inputs, tried with a few of them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import (
    Checkbox,
    Component,
    Input,
    RadioGroup,
    Refusal,
    Select,
    Slider,
    TextInput,
)
from domsync_jupyter.components.input import same
from domsync_jupyter.testing import connect
from tests.components.person import change, say


def test_a_label_names_its_control() -> None:
    document = Document()
    name = TextInput(document, "Name", "Ada")
    assert name.control.labels[0].textContent == "Name"  # type: ignore[attr-defined]
    name.label = "Full name"
    assert name.label == "Full name"
    group = RadioGroup(document, "Size", ["S", "M"])
    assert group.getElement().tagName == "FIELDSET"
    assert group.getElement().firstChild.textContent == "Size"  # type: ignore[union-attr]


def test_a_program_sets_the_value_and_nobody_is_called_back() -> None:
    heard: list[str] = []
    name = TextInput(Document(), "Name", on_change=heard.append)
    name.value = "Ada"
    assert name.value == "Ada" == name.control.value  # type: ignore[attr-defined]
    assert heard == []


def test_a_person_sets_the_value_and_on_change_hears_of_it_once() -> None:
    heard: list[str] = []
    name = TextInput(Document(), "Name", on_change=heard.append)
    change(name.control, "value", "Ada")
    assert name.value == "Ada"
    assert heard == ["Ada"]


def test_help_and_error_are_said_with_the_control() -> None:
    document = Document()
    name = TextInput(document, "Name", help="as in the passport")
    control = name.control

    def said() -> str:
        ids = (control.getAttribute("aria-describedby") or "").split()
        return " / ".join(document.getElementById(each).textContent or "" for each in ids)

    assert said() == "as in the passport"
    assert control.ariaInvalid is None
    name.error = "taken"
    assert said() == "taken / as in the passport"
    assert control.ariaInvalid == "true"
    name.help = ""
    assert said() == "taken"
    name.error = ""
    assert not control.hasAttribute("aria-describedby")
    assert control.ariaInvalid is None


def test_an_error_of_the_app_stays_until_there_is_another_value() -> None:
    def check(text: str) -> None:
        name.error = "taken" if text == "Ada" else ""

    name = TextInput(Document(), "Name", on_change=check)
    change(name.control, "value", "Ada", "input")
    assert name.error == "taken"
    # What comes when the focus goes elsewhere brings no other value.
    say(name.control, "change")
    assert name.error == "taken"
    change(name.control, "value", "Ada L", "input")
    assert name.error == ""
    name.error = "too long"
    name.value = "Ada"
    assert name.error == ""


def test_what_is_disabled_takes_nothing_a_page_says() -> None:
    heard: list[Any] = []
    slider = Slider(Document(), "Speed", 30, on_change=heard.append, disabled=True)
    assert slider.disabled
    change(slider.control, "value", "50")
    assert (slider.value, slider.control.value, heard) == (30, "30", [])  # type: ignore[attr-defined]
    slider.disabled = False
    change(slider.control, "value", "50")
    assert (slider.value, heard) == (50, [50])
    group = RadioGroup(Document(), "Size", ["S", "M"], disabled=True)
    assert group.getElement().hasAttribute("disabled")
    boxes = group.getElement().querySelectorAll("input")
    change(boxes[1], "checked", True)
    assert group.value == "S"
    assert [box.checked for box in boxes] == [True, False]  # type: ignore[attr-defined]


def test_those_who_watch_hear_of_every_value_before_on_change() -> None:
    heard: list[str] = []
    box = Checkbox(Document(), "Live", on_change=lambda value: heard.append(f"on_change {value}"))
    end = box.watch(lambda value: heard.append(f"watch {value}"))
    box.value = True
    change(box.control, "checked", False)
    assert heard == ["watch True", "watch False", "on_change False"]
    end()
    end()
    box.value = True
    assert len(heard) == 3


def test_a_watcher_that_refuses_leaves_the_old_value() -> None:
    heard: list[Any] = []

    def refuse(value: object) -> None:
        raise Refusal("not now")

    slider = Slider(Document(), "Speed", 30, on_change=heard.append)
    slider.watch(refuse)
    change(slider.control, "value", "50")
    assert (slider.value, slider.control.value, slider.error) == (30, "30", "not now")  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="not now"):
        slider.value = 60
    assert (slider.value, slider.control.value, heard) == (30, "30", [])  # type: ignore[attr-defined]

    # Somebody is typing that: it is theirs, the value is ours.
    text = TextInput(Document(), "Name", "Ada")
    text.watch(refuse)
    change(text.control, "value", "Bob")
    assert (text.value, text.control.value, text.error) == ("Ada", "Bob", "not now")  # type: ignore[attr-defined]


def test_a_watcher_that_fails_is_no_refusal() -> None:
    slider = Slider(Document(), "Speed", 30)
    slider.watch(lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change(slider.control, "value", "50")
    assert (slider.value, slider.control.value, slider.error) == (30, "30", "")  # type: ignore[attr-defined]


def test_what_a_watcher_makes_of_a_value_is_what_others_hear() -> None:
    heard: list[int] = []
    slider = Slider(Document(), "Speed", 30, on_change=heard.append)

    def even(value: int) -> None:
        slider.value = value // 2 * 2

    slider.watch(even)
    slider.watch(heard.append)
    change(slider.control, "value", "51", "input")
    assert slider.value == 50
    assert set(heard) == {50}


async def test_after_a_hot_reload_what_a_person_did_counts_as_done_now() -> None:
    heard: list[object] = []

    def app(document: Document) -> Document:
        Slider(document, "Speed", 30, on_change=heard.append, format="{} km/h")
        Slider(document, "Lazy", 30, on_change=heard.append, continuous=False)
        TextInput(document, "Say", on_change=heard.append, continuous=False)
        Select(document, "Town", ["Oslo", "Rome"], on_change=heard.append)
        return document

    async with connect(app(Document())) as page:
        speed, lazy, sentence = page.query_all("input")
        await page.fill(speed, "70")
        await page.fill(lazy, "80")
        await page.type(sentence, "half a sent")
        await page.select("select", "Rome")
        heard.clear()
        page.server.show(app(Document()))
        await page.until(lambda: len(heard) == 3)
        await page.settle()
        assert heard == [70, 80, "Rome"]
        assert page.get("output").textContent == "70 km/h"
        shown: Any = page.query_all("input")[2]
        assert shown.value == "half a sent"


def test_the_value_is_the_last_that_was_taken() -> None:
    slider = Slider(Document(), "Speed", 30)
    # A page may change the control without an event.
    slider.control._accept_edit("value", "50", note=True)  # type: ignore[attr-defined]
    assert slider.value == 30
    say(slider.control, "input")
    assert slider.value == 50


def test_two_viewers_and_a_coroutine_function() -> None:
    document = Document()
    seen: list[str] = []

    async def on_change(value: str) -> None:
        seen.append(value)

    name = TextInput(document, "Name", on_change=on_change)
    with connect(document) as one, connect(document) as other:
        one.type("input", "Ada")
        assert seen == ["A", "Ad", "Ada"]
        other.until(lambda: other.get("input").value == "Ada")  # type: ignore[attr-defined]
        name.value = "Bob"
        for page in (one, other):
            page.until(lambda page=page: page.get("input").value == "Bob")  # type: ignore[misc]


def test_may_be_set_by_any_thread() -> None:
    slider = Slider(Document(), "Speed")

    def work(number: int) -> None:
        for _ in range(50):
            slider.value = number
            slider.error = str(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slider.value == int(slider.control.value)  # type: ignore[attr-defined]


def test_is_a_component_that_can_be_removed() -> None:
    document = Document()
    name = TextInput(document, "Name")
    assert isinstance(name, Component)
    assert isinstance(name, Input)
    name.remove()
    assert not document.getRootElement().children


class Strange:
    """Like an array: it does not say whether it is equal."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]


def test_values_are_the_same_only_if_they_say_so() -> None:
    one = Strange()
    assert same(one, one)
    assert not same(one, Strange())
    assert same([1, [2.5, "a"]], [1, [2.5, "a"]])
    assert not same([1], [1, 2])
    assert not same(1, True)
    assert not same(1, 1.0)


def test_what_a_page_says_while_it_is_disabled_does_not_count_later() -> None:
    name = TextInput(Document(), "Name", "Ada", disabled=True)
    assert name.control._accept_edit("value", "Eve", note=True)  # type: ignore[attr-defined]
    name.disabled = False
    assert name.value == "Ada" == name.control.value  # type: ignore[attr-defined]


def test_what_is_wrong_stays_while_it_is_disabled() -> None:
    name = TextInput(Document(), "Name", "Ada", max_length=3)
    change(name.control, "value", "Grace")
    name.disabled = True
    name.disabled = False
    assert name.control.value == "Grace"  # type: ignore[attr-defined]
    assert name.value == "Ada"
