"""`Text` and `Comment`. Offsets count UTF-16 code units, as in browsers."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Comment, Document, Text
from domsync_jupyter.errors import IndexSizeError, InvalidCharacterError
from tests.dom.trees import Family, below

SMILE = "\N{GRINNING FACE}"


@pytest.fixture
def text() -> Text:
    return Document().createTextNode(f"ab{SMILE}cd")


def test_data(text: Text) -> None:
    assert text.data == text.nodeValue == text.textContent == f"ab{SMILE}cd"
    for name in ("data", "nodeValue", "textContent"):
        setattr(text, name, name)
        assert text.data == name
        setattr(text, name, None)
        assert text.data == ""


def test_length_counts_code_units(text: Text) -> None:
    assert text.length == 6
    assert Document().createTextNode("\u00e4").length == 1
    assert Document().createComment("").length == 0


@pytest.mark.parametrize("bad", ["\ud800", 1, b"x"])
def test_an_error_changes_nothing(bad: object) -> None:
    family = Family()
    family.d.append("x")
    text = family.d.firstChild
    assert isinstance(text, Text)
    error = InvalidCharacterError if isinstance(bad, str) else TypeError
    for name in ("data", "nodeValue", "textContent"):
        family.unchanged_after(error, lambda: setattr(text, name, bad))  # noqa: B023 - called at once
    for name in ("appendData", "insertData", "replaceData"):
        arguments = {"appendData": [], "insertData": [0], "replaceData": [0, 0]}[name]
        family.unchanged_after(error, lambda: getattr(text, name)(*arguments, bad))  # noqa: B023 - called at once


def test_parts(text: Text) -> None:
    assert text.substringData(0, 2) == "ab"
    assert text.substringData(2, 2) == SMILE
    assert text.substringData(4, 100) == "cd"
    assert text.substringData(6, 1) == ""
    text.insertData(4, "-")
    assert text.data == f"ab{SMILE}-cd"
    text.deleteData(2, 3)
    assert text.data == "abcd"
    text.replaceData(1, 2, SMILE)
    assert text.data == f"a{SMILE}d"
    text.appendData("!")
    assert text.data == f"a{SMILE}d!"


def test_offsets_beyond_the_end(text: Text) -> None:
    before = text.data
    for call in (
        lambda: text.substringData(7, 0), lambda: text.insertData(7, "x"), lambda: text.deleteData(7, 0),
        lambda: text.replaceData(7, 0, "x"),
        lambda: text.splitText(7), lambda: text.substringData(-1, 1),
    ):  # fmt: skip
        with pytest.raises(IndexSizeError):
            call()
    assert text.data == before


def test_the_middle_of_a_character(text: Text) -> None:
    before = text.data
    for call in (
        lambda: text.substringData(0, 3), lambda: text.substringData(3, 1), lambda: text.deleteData(2, 1),
        lambda: text.insertData(3, "x"),
        lambda: text.splitText(3),
    ):  # fmt: skip
        with pytest.raises(InvalidCharacterError):
            call()
    assert text.data == before


def test_split() -> None:
    family = Family()
    family.d.append(f"ab{SMILE}cd", family.e)
    first = family.d.firstChild
    assert isinstance(first, Text)
    second = first.splitText(4)
    assert below(family.d) == f"'ab{SMILE}' 'cd' e"
    assert second.previousSibling is first
    assert first.wholeText == second.wholeText == f"ab{SMILE}cd"
    family.unchanged_after(IndexSizeError, lambda: second.splitText(3))
    alone = family.document.createTextNode("xy")
    assert (alone.splitText(1).data, alone.data, alone.nextSibling) == ("y", "x", None)


def test_copies() -> None:
    document = Document()
    comment = document.createComment("x")
    copy = comment.cloneNode()
    assert isinstance(copy, Comment)
    assert copy.data == "x"
    assert copy is not comment
    assert copy.isEqualNode(comment)
    assert not copy.isEqualNode(document.createTextNode("x"))


def test_repr() -> None:
    assert repr(Document().createTextNode("x")) == "<Text 'x'>"
