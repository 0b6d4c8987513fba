"""`Stat`: a figure, and whether its change is good."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Stat


def delta(stat: Stat) -> tuple[str, str]:
    element = stat.getElement().querySelector(".domsync-delta")
    assert element is not None
    return element.innerText, element.className.removeprefix("domsync-delta").strip()


def test_writes_numbers_as_told_and_texts_as_they_are() -> None:
    stat = Stat(Document(), "Visits", 1234567)
    assert stat.getElement().innerText == "Visits1,234,567"
    stat.label, stat.value = "Share", "a third"
    assert (stat.label, stat.value) == ("Share", "a third")
    assert stat.getElement().innerText == "Sharea third"
    share = Stat(Document(), "Share", 0.1234, delta=-0.01, format=".1%")
    assert share.getElement().innerText == "Share12.3%▼ −1.0%"
    for form in ("{:.1f} km", lambda value: f"{value:.1f} km"):
        assert Stat(Document(), "Way", 3.14, format=form).getElement().innerText == "Way3.1 km"
    with pytest.raises(ValueError, match=r"[Ff]ormat"):
        Stat(Document(), "Share", 1, format="?")


@pytest.mark.parametrize(
    ("change", "lower_is_better", "expected"),
    [
        (5, False, ("▲ +5", "domsync-good")),
        (-5, False, ("▼ −5", "domsync-bad")),
        (5, True, ("▲ +5", "domsync-bad")),
        (-5, True, ("▼ −5", "domsync-good")),
        ("+5 %", False, ("▲ +5 %", "domsync-good")),
        ("−0.5 %", False, ("▼ −0.5 %", "domsync-bad")),
        ("0.0 %", False, ("0.0 %", "")),
        (0, True, ("0", "")),
        (-0.0, False, ("0.0", "")),
    ],
)
def test_says_and_colours_a_change(
    change: str | float, lower_is_better: bool, expected: tuple[str, str]
) -> None:
    stat = Stat(Document(), "Load", 1, delta=change, lower_is_better=lower_is_better)
    assert delta(stat) == expected


def test_a_change_comes_and_goes() -> None:
    stat = Stat(Document(), "Load", 1)
    assert stat.delta is None
    assert len(stat.getElement().children) == 2
    stat.delta = 3
    assert delta(stat) == ("▲ +3", "domsync-good")
    stat.delta = None
    assert len(stat.getElement().children) == 2
