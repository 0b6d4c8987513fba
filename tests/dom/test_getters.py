"""Property paths: what a listener may ask of the page. Nothing of it is ever run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.dom.getters import GetterError, check_getter, parse_getter


@pytest.mark.parametrize(
    ("getter", "path"),
    [
        ("this", ("this",)), ("event", ("event",)), ("this.value", ("this", "value")), (" this . value ; ",
        ("this", "value")),
        ("event.clientX", ("event", "clientX")), ("this.$_1", ("this", "$_1")), ("this.files[0].name",
        ("this", "files", 0, "name")),
        ("this.options[this.selectedIndex].value", ("this", "options", ("this", "selectedIndex"), "value")),
        ("this.a[this.b[event.c]][1]", ("this", "a", ("this", "b", ("event", "c")), 1)),
    ],
)  # fmt: skip
def test_paths(getter: str, path: Any) -> None:
    assert parse_getter(check_getter(getter)) == path
    assert " " not in check_getter(getter)


@pytest.mark.parametrize(
    "getter",
    [
        "", " ", "value", "window", "window.name", "document.cookie", "alert(1)", "this.value()",
        "this.f(1)", "this.a+1", "this.a = 1", "this.a, this.b",
        "this..a", "this.", "this.1", "this[", "this[]", "this[0", "this[0]]", "this['a']",
        'this["constructor"]', "this[a]", "this[-1]",
        "this[1.5]", "this.__proto__", "this.constructor", "this.a.prototype.b",
        "this.a[this.constructor]", "`x`", "this`x`", "this.a;this.b",
        "this.a//", "this.a/*x*/", "this.\u00e4\u2028", "(this).a", "new this.a", "this?.a", "this.a\x00",
        "this.a\n.b.", "eventx", "thisx.a", "this.a b",
    ],
)  # fmt: skip
def test_what_is_no_path(getter: str) -> None:
    for _ in range(2):
        with pytest.raises(GetterError):
            check_getter(getter)


@pytest.mark.parametrize("getter", [None, 1, b"this"])
def test_paths_are_texts(getter: Any) -> None:
    with pytest.raises(TypeError):
        check_getter(getter)


@given(st.text("this.event[]01ab ;()'\"`$_{}+=", max_size=30) | st.text(max_size=20))
def test_a_path_is_made_of_names_dots_and_brackets_only(getter: str) -> None:
    try:
        checked = check_getter(getter)
    except GetterError:
        return
    assert (
        set(checked) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.[]")
        or not checked.isascii()
    )
    assert checked.startswith(("this", "event"))
    assert check_getter(checked) == checked
