"""`bind`."""

from __future__ import annotations

import gc
import threading
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
import traitlets

from domsync_jupyter import Document
from domsync_jupyter.components import Card, Checkbox, NumberInput, Slider, TextInput, bind
from domsync_jupyter.components.input import Refusal
from tests.components.person import change, say


class Model(traitlets.HasTraits):
    """What a program has that knows nothing of documents."""

    rate = traitlets.Int(5, min=0, max=50)
    name = traitlets.Unicode("Ada")
    live = traitlets.Bool(default_value=False)

    @traitlets.validate("rate")
    def _even(self, proposal: Any) -> int:
        return int(proposal.value) // 2 * 2


def test_a_component_and_a_trait() -> None:
    model = Model(rate=6)
    heard: list[Any] = []
    slider = Slider(Document(), "Rate", 1, on_change=heard.append)
    binding = bind(slider, "value", model, "rate")
    assert slider.value == 6
    change(slider.control, "value", "20")
    assert model.rate == 20
    model.rate = 30
    assert slider.value == 30
    slider.value = 40
    assert (model.rate, heard) == (40, [20])
    binding.unbind()
    binding.unbind()
    slider.value = 10
    assert model.rate == 40
    model.rate = 2
    assert slider.value == 10
    assert not model.trait_events() or not model._trait_notifiers.get("rate", {}).get("change")


def test_what_the_object_makes_of_a_value_is_the_value() -> None:
    model = Model()
    heard: list[Any] = []
    slider = Slider(Document(), "Rate", 1, on_change=heard.append)
    bind(slider, "value", model, "rate")
    change(slider.control, "value", "21")
    assert (model.rate, slider.value, slider.control.value, heard) == (20, 20, "20", [20])  # type: ignore[attr-defined]


def test_what_the_object_refuses_is_an_error_of_the_input() -> None:
    model = Model(rate=8)
    heard: list[Any] = []
    slider = Slider(Document(), "Rate", on_change=heard.append)
    bind(slider, "value", model, "rate")
    change(slider.control, "value", "80")
    assert (model.rate, slider.value, slider.control.value, heard) == (8, 8, "8", [])  # type: ignore[attr-defined]
    assert "50" in slider.error
    with pytest.raises(Refusal) as raised:
        slider.value = 90
    assert isinstance(raised.value.__cause__, traitlets.TraitError)
    assert (model.rate, slider.value) == (8, 8)
    # What is being typed stays, until it is one.
    field = NumberInput(Document(), "Rate", 0)
    bind(field, "value", model, "rate")
    change(field.control, "value", "100")
    assert (model.rate, field.value, field.control.value) == (8, 8, "100")  # type: ignore[attr-defined]
    change(field.control, "value", "10")
    assert (model.rate, field.value, field.error) == (10, 10, "")


def test_an_error_in_the_object_is_none_of_the_input() -> None:
    model = Model(rate=8)
    slider = Slider(Document(), "Rate")
    bind(slider, "value", model, "rate")
    model.observe(lambda change: 1 / 0, names="rate")
    with pytest.raises(ZeroDivisionError):
        change(slider.control, "value", "20")
    assert slider.error == ""


def test_several_components_of_one_trait() -> None:
    model = Model()
    document = Document()
    slider, field = Slider(document, "Rate", max=50), NumberInput(document, "Rate")
    for component in (slider, field):
        bind(component, "value", model, "rate")
    change(field.control, "value", "30", "input")
    assert (slider.value, model.rate) == (30, 30)
    change(slider.control, "value", "40", "input")
    assert (field.value, field.control.value) == (40, "40")  # type: ignore[attr-defined]


def test_conversions_go_both_ways_without_an_echo() -> None:
    model = Model(name="3.75 V")
    writes: list[Any] = []
    model.observe(lambda change: writes.append(change.new), names="name")
    slider = Slider(Document(), "Voltage", max=10, step=1)
    bind(
        slider,
        "value",
        model,
        "name",
        to_element=lambda text: float(text.split()[0]),
        from_element=lambda value: f"{value} V",
    )
    # The slider is nearer to 4 than to 3.75, which is not the object's business.
    assert (slider.value, model.name, writes) == (4, "3.75 V", [])
    change(slider.control, "value", "5")
    assert (model.name, writes) == ("5 V", ["5 V"])
    model.name = "7.25 V"
    assert (slider.value, model.name, writes) == (7, "7.25 V", ["5 V", "7.25 V"])


def test_what_somebody_types_is_not_rewritten_if_it_means_the_same() -> None:
    model = Model(rate=8)
    element: Any = Document().createElement("input")
    bind(element, "value", model, "rate", to_element=str, from_element=int)
    assert element.value == "8"
    change(element, "value", "010", "input")
    assert (model.rate, element.value) == (10, "010")
    model.rate = 12
    assert element.value == "12"


def test_a_bare_element_shows_what_is_refused_until_it_is_left() -> None:
    document = Document()
    model = Model(rate=8)
    element: Any = document.createElement("input")
    document.getRootElement().append(element)
    bind(element, "value", model, "rate", to_element=str, from_element=int)
    change(element, "value", "x", "input")
    assert (model.rate, element.value, element.ariaInvalid) == (8, "x", "true")
    say(element, "change")
    assert (model.rate, element.value) == (8, "8")
    change(element, "value", "10")
    assert (model.rate, element.ariaInvalid) == (10, None)


@pytest.mark.parametrize(
    ("tag", "attributes", "name"),
    [("input", {"type": "checkbox"}, "checked"), ("details", {}, "open")],
)
def test_other_properties_of_elements(tag: str, attributes: dict[str, str], name: str) -> None:
    model = Model(live=True)
    element: Any = Document().createElement(tag, attributes=attributes)
    bind(element, name, model, "live")
    assert getattr(element, name) is True
    change(element, name, False, *(["toggle"] if name == "open" else []))
    assert model.live is False
    model.live = True
    assert getattr(element, name) is True


def test_what_no_person_changes_only_follows() -> None:
    document = Document()
    model = Model()
    card = Card(document)
    box = Checkbox(document, "Live")
    bind(card, "title", model, "name")
    bind(box, "disabled", model, "live")
    text: Any = document.createElement("p")
    bind(text, "innerText", model, "name", to_element=lambda name: f"Hello, {name}!", from_element=str)
    inside = text.appendChild(document.createElement("input"))
    say(inside, "input")
    assert (card.title, model.name, box.disabled) == ("Ada", "Ada", False)
    model.name, model.live = "Bob", True
    assert (card.title, text.innerText, box.disabled) == ("Bob", "Hello, Bob!", True)


def test_an_ordinary_object_is_written_and_read_again_when_told() -> None:
    thing = SimpleNamespace(name="Ada")
    field = TextInput(Document(), "Name")
    binding = bind(field, "value", thing, "name")
    assert field.value == "Ada"
    change(field.control, "value", "Bob")
    assert thing.name == "Bob"
    thing.name = "Eve"
    assert field.value == "Bob"
    binding.refresh()
    assert field.value == "Eve"


def test_callbacks() -> None:
    values = [7]
    slider = Slider(Document(), "Rate")
    binding = bind(slider, "value", get=lambda: values[-1], set=values.append)
    assert slider.value == 7
    change(slider.control, "value", "8")
    assert values == [7, 8]
    values.append(9)
    binding.refresh()
    assert (slider.value, values) == (9, [7, 8, 9])
    bind(slider, "value", set=values.append)
    slider.value = 10
    assert values == [7, 8, 9, 10, 10]
    status: Any = Document().createElement("p")
    bind(status, "innerText", get=lambda: "ready")
    assert status.innerText == "ready"


def test_a_setter_refuses_with_value_error() -> None:
    def refuse(value: object) -> None:
        raise ValueError("odd")

    slider = Slider(Document(), "Rate", 3)
    bind(slider, "value", set=refuse)
    change(slider.control, "value", "8")
    assert (slider.value, slider.error) == (3, "odd")
    # What has no way to show an error is at least as it was.
    details: Any = Document().createElement("details")
    bind(details, "open", get=lambda: True, set=refuse)
    change(details, "open", False, "toggle")
    assert details.open


def test_an_object_that_lasts_longer_does_not_keep_the_document() -> None:
    model = Model()

    def show() -> weakref.ref[Any]:
        document = Document()
        text = document.getRootElement().appendChild(document.createElement("p"))
        bind(text, "innerText", model, "name")
        bind(Slider(document, "Rate"), "value", model, "rate")
        gc.collect()
        model.name = "Bob"  # the binding is there as long as the element
        assert text.innerText == "Bob"
        return weakref.ref(text)

    gone = show()
    gc.collect()
    assert gone() is None
    model.name, model.rate = "Eve", 20
    assert not any(model._trait_notifiers[name]["change"] for name in ("name", "rate"))


def test_from_several_threads_it_ends_in_step() -> None:
    model = Model()
    slider = Slider(Document(), "Rate", max=50)
    bind(slider, "value", model, "rate")

    def work(start: int) -> None:
        for number in range(start, start + 40, 2):
            if start:
                model.rate = number
            else:
                slider.value = number

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    slider.value = 6
    assert model.rate == 6
    model.rate = 8
    assert slider.value == 8


def test_says_what_is_wrong() -> None:
    slider, model = Slider(Document(), "Rate"), Model()
    with pytest.raises(TypeError, match="not str"):
        bind("slider", "value", model, "rate")  # type: ignore[arg-type]
    for arguments in ((), (model,), (None, "rate")):
        with pytest.raises(TypeError, match="get=, set= or both"):
            bind(slider, "value", *arguments)
    with pytest.raises(TypeError, match="get=, set= or both"):
        bind(slider, "value", model, "rate", get=lambda: 3)
    with pytest.raises(AttributeError, match="raet"):
        bind(slider, "value", model, "raet")
    with pytest.raises(AttributeError, match="volue"):
        bind(slider, "volue", model, "rate")
    model.name = "Ada"
    with pytest.raises(TypeError, match="number"):
        bind(slider, "value", model, "name")
    assert slider.value == 0


@pytest.mark.parametrize("attribute", ["disabled", "readonly"])
def test_a_page_cannot_change_what_is_locked(attribute: str) -> None:
    document, model = Document(), Model()
    model.name = "Ada"
    field: Any = document.getRootElement().appendChild(document.createElement("input"))
    bind(field, "value", model, "name")
    field.setAttribute(attribute, "")
    change(field, "value", "Eve")
    assert model.name == "Ada" == field.value
    field.removeAttribute(attribute)
    change(field, "value", "Grace")
    assert model.name == "Grace"
