"""`FileInput`."""

from __future__ import annotations

from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import FileInput
from domsync_jupyter.dom.files import File
from domsync_jupyter.testing import connect
from tests.components.person import say


async def test_reads_what_a_person_chose() -> None:
    document = Document()
    read: list[bytes] = []

    async def load(files: list[File]) -> None:
        read.append(await files[0].read())

    data = FileInput(document, "Data", on_change=load, accept=".csv")
    async with connect(document) as one, connect(document) as other:
        await one.choose_files("input", {"a.csv": b"x,y\n1,2"})
        assert read == [b"x,y\n1,2"]
        assert [file.name for file in data.value] == ["a.csv"]
        # Others see it, too, whose own control says nothing.
        await other.wait_for_text("a.csv (7 bytes)")
        before = one.get("input")
        data.clear()
        assert data.value == []
        await one.wait_for_text("Choose a file")
        assert one.get("input") is not before
        await one.choose_files("input", {"a.csv": b"again"})
        assert read == [b"x,y\n1,2", b"again"]


def file(name: str, size: int = 3, type: str = "") -> File:
    async def read_part(offset: int, length: int) -> bytes:
        raise AssertionError("nobody reads it")

    return File(name, size, type, 0, read_part)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ([file("a.csv"), file("b.csv")], "Choose a single file."),
        ([file("a.exe")], "a.exe is none of these: .csv, image/*, text/plain"),
        ([file("a.csv", 12_345_678)], "a.csv has 12.3 MB; at most 1 kB are taken."),
        (None, "Choose a file."),
        ("a.csv", "Choose a file."),
        ([["a.csv"]], "Choose a file."),
    ],
)
def test_whatever_a_page_says_it_takes_what_it_wants(chosen: Any, message: str) -> None:
    heard: list[Any] = []
    data = FileInput(
        Document(), "Data", on_change=heard.append, accept=".csv, image/*, text/plain", max_bytes=1000
    )
    good = file("good.csv")
    say(data.control, "change", files=[good])
    say(data.control, "change", files=[])
    assert (data.value, data.error) == ([good], "")
    say(data.control, "change", files=chosen)
    assert (data.value, data.error, heard) == ([good], message, [[good]])
    assert "good.csv (3 bytes)" in (data.getElement().textContent or "")


def test_knows_kinds_by_their_ending_or_their_type() -> None:
    data = FileInput(Document(), "Data", accept=".CSV, image/*, text/plain", multiple=True)
    for each in (file("A.csv"), file("a", type="image/png"), file("a", type="TEXT/plain")):
        say(data.control, "change", files=[each])
        assert data.value == [each]
    say(data.control, "change", files=[file("many.csv", 10**4)] * 12)
    assert "many.csv (10 kB) and 2 more" in (data.getElement().textContent or "")


def test_a_program_chooses_none() -> None:
    data = FileInput(Document(), "Data")
    with pytest.raises(ValueError, match="only a person"):
        data.value = [file("a.csv")]
    data.disabled = True
    say(data.control, "change", files=[file("a.csv")])
    assert data.value == []
    data.clear()
    assert data.control.hasAttribute("disabled")
