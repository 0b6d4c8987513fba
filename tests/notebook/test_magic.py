"""``%%domsync``: cells whose code is an app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

import domsync_jupyter
from domsync_jupyter import DomsyncWidget
from domsync_jupyter.testing import connect
from tests.notebook.conftest import FakeShell
from tests.test_readme import MAGIC

FORM = """
root.innerHTML = "<h1>{0}</h1><input><p></p>"
field, shown = root.querySelector("input"), root.querySelector("p")
field.addEventListener("input", lambda event: setattr(shown, "innerText", "{0} " + field.value))
"""


@pytest.fixture(autouse=True)
def close_widgets() -> Iterator[None]:
    yield
    DomsyncWidget.close_all()


@pytest.fixture
def magic(shell: FakeShell) -> FakeShell:
    """The shell, with the extension."""
    domsync_jupyter.load_ipython_extension(shell)
    return shell


async def test_a_cell_is_an_app_body(magic: FakeShell) -> None:
    magic.user_ns["greeting"] = "hello"
    magic.run(
        "a",
        "%%domsync\n"
        "assert doc is document and root is doc.getRootElement()\n"
        "name = 'world'\n"
        "def words():\n    return greeting + ' ' + name\n"
        "root.append(words())",
    )
    (widget,) = magic.displayed
    async with connect(widget) as page:
        assert page.text == "hello world"
    assert "name" not in magic.user_ns
    assert "doc" not in magic.user_ns


async def test_the_example_of_the_readme(magic: FakeShell) -> None:
    magic.run("a", MAGIC)
    async with connect(magic.displayed[0]) as page:
        await page.type("input", "abc")
        assert page.get("p").innerText == "ABC"
        magic.run("a", MAGIC)
        await page.settle()
        assert page.get("input").value == "abc"  # type: ignore[attr-defined]


async def test_run_again_it_keeps_what_was_entered(magic: FakeShell) -> None:
    magic.run("a", "%%domsync" + FORM.format("old"))
    widget = magic.displayed[0]
    async with connect(widget) as page:
        await page.type("input", "ab")
        assert page.text == "oldold ab"
        number = page._screen._numbers[page.get("input")]
        magic.run("a", "%%domsync" + FORM.format("new"))
        await page.settle()
        assert page.get("h1").innerText == "new"
        assert page.get("input").value == "ab"  # type: ignore[attr-defined]
        assert page._screen._numbers[page.get("input")] == number
        await page.type("input", "c")
        assert page.get("p").innerText == "new abc"
        # A view that is displayed now shows the same.
        assert magic.displayed == [widget, widget]
        async with connect(widget) as other:
            assert other.get("input").value == "abc"  # type: ignore[attr-defined]
        assert widget.document is page.app_document


async def test_each_cell_has_its_own(magic: FakeShell) -> None:
    magic.run("a", "%%domsync\nroot.append('a')")
    magic.run("b", "%%domsync\nroot.append('b')")
    a, b = magic.displayed
    async with connect(a) as one, connect(b) as other:
        assert (one.text, other.text) == ("a", "b")


async def test_with_a_name_it_is_a_variable(magic: FakeShell) -> None:
    magic.run("a", "%%domsync view\nroot.append('a')")
    widget = magic.user_ns["view"]
    assert magic.displayed == [widget]
    # Wherever it is run again.
    magic.run("b", "%%domsync view\nroot.append('b')")
    assert magic.user_ns["view"] is widget
    widget.close()
    magic.run("b", "%%domsync view\nroot.append('b')")
    assert magic.user_ns["view"] is not widget
    with pytest.raises(ValueError, match="name of a variable"):
        magic.run("b", "%%domsync a b\nroot.append('b')")


@pytest.mark.parametrize("source", ["root.append('new'); 1 / 0", "root.append(", "await nothing()"])
async def test_an_error_leaves_the_old_one(
    magic: FakeShell, source: str, expected_errors: list[logging.LogRecord]
) -> None:
    magic.run("a", "%%domsync\nroot.append('old')")
    async with connect(magic.displayed[0], raise_errors=False) as page:
        if "await" in source:
            magic.run("a", f"%%domsync\n{source}")
        else:
            with pytest.raises((ZeroDivisionError, SyntaxError)):
                magic.run("a", f"%%domsync\n{source}")
        await page.until(lambda: page.notices)
        assert page.text == "old"
        assert "goes on" in page.notices[-1].title
        assert any(
            name in page.notices[-1].text for name in ("ZeroDivisionError", "SyntaxError", "NameError")
        )
        magic.run("a", "%%domsync\nroot.append('mended')")
        await page.wait_for_text("mended")
        assert page.notices[-1].count == 0
    assert not expected_errors


async def test_an_error_at_first_is_just_that(
    magic: FakeShell, expected_errors: list[logging.LogRecord]
) -> None:
    with pytest.raises(ZeroDivisionError):
        magic.run("a", "%%domsync\nroot.append('new'); 1 / 0")
    async with connect(magic.displayed[0], raise_errors=False) as page:
        assert (page.text, page.notices) == ("", [])
        magic.run("b", "%%domsync\nroot.append('new')\nawait nothing()")
        async with connect(magic.displayed[1], raise_errors=False) as other:
            await other.until(lambda: other.notices)
            assert "the cell raised NameError" in other.notices[-1].title
            # As far as it got.
            await other.wait_for_text("new")
        magic.run("a", "%%domsync\nroot.append('mended')")
        await page.wait_for_text("mended")
    assert len(expected_errors) == 1
    expected_errors.clear()


async def test_code_that_awaits_goes_on(magic: FakeShell) -> None:
    clock = "import asyncio\nroot.append('{0}')\nwhile True:\n    await asyncio.sleep(0.01)\n    root.append('{0}')\n"
    magic.run("a", "%%domsync\n" + clock.format("x"))
    async with connect(magic.displayed[0]) as page:
        await page.wait_for_text("xxx")
        magic.run("a", "%%domsync\n" + clock.format("y"))
        await page.wait_for_text("yyy")
        assert "x" not in page.text
        tasks = [task for task in asyncio.all_tasks() if "_CellApp" in repr(task)]
        assert len(tasks) == 1, "the last one has ended"
        tasks[0].cancel()


async def test_what_it_raises_later_is_shown(
    magic: FakeShell, expected_errors: list[logging.LogRecord]
) -> None:
    magic.run("a", "%%domsync\nimport asyncio\nroot.append('x')\nawait asyncio.sleep(0.01)\n1 / 0")
    async with connect(magic.displayed[0], raise_errors=False) as page:
        await page.until(lambda: page.notices)
        assert "the cell raised ZeroDivisionError" in page.notices[-1].title
        assert page.text == "x"
    assert len(expected_errors) == 1
    expected_errors.clear()


async def test_a_cell_that_takes_its_time_shows_how_far_it_is(magic: FakeShell) -> None:
    magic.run("a", "%%domsync\nroot.append('old')")
    widget = magic.displayed[0]
    seen: list[str] = []
    magic.user_ns["look"] = lambda: seen.append(widget.document.getRootElement().innerText)
    magic.run(
        "a", "%%domsync\nroot.append('1')\nlook()\ndoc.flush()\nlook()\nroot.append('2')\ndoc.flush()\nlook()"
    )
    assert seen == ["old", "1", "12"]


async def test_elsewhere_it_says_what_it_needs(magic: FakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython

    shell: Any = object()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    with pytest.raises(RuntimeError, match="needs a notebook"):
        magic.run("a", "%%domsync\n1")
