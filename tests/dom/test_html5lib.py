"""The tree-construction suite that browsers and parsers share, through `parse_fragment`.

`tests/data/html5lib_fragments.dat` has the tests for fragments, and of those for documents the ones that mean
the same for the content of a ``<body>``; tests for a browser without scripting are left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.parsing import parse_fragment
from tests.dom.tree_format import FragmentTest, dump, make_context, read_tests

TESTS = list(read_tests(Path(__file__).parents[1] / "data" / "html5lib_fragments.dat"))

# (file, text, context) -> why the result differs from the one in the suite. Each has to differ.
SELECT = "since 2025, a <select> may contain nearly anything: https://github.com/whatwg/html/pull/10548"
DIFFERENT: dict[tuple[str, str, str], str] = {
    ("menuitem-element", "<select><menuitem></select>", "body"): SELECT,
    ("tests1", "<select><b><option><select><option></b></select>X", "body"): SELECT,
    ("tests1", "<select><b><option><select><option></b></select>", "body"): SELECT,
    ("tests18", "<table><select><plaintext>a<caption>b", "body"): SELECT,
    ("tests3", "<p><table></table>", "body"): "the test's document has no doctype, so it is in quirks mode",
    ("tests7", "<select><keygen>", "body"): SELECT,
    ("tests_innerHTML_1", "<keygen><option>", "select"): SELECT,
    ("tests_innerHTML_1", "<textarea><option>", "select"): SELECT,
    ("webkit02", "<option><XH<optgroup></optgroup>", "select"): SELECT,
}


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(allow_unsafe=True)


def test_the_suite_is_all_there() -> None:
    assert len(TESTS) == 924
    assert sum(test.context != "body" for test in TESTS) >= 180


@pytest.mark.parametrize("file", sorted({test.file for test in TESTS}))
def test_trees(document: Document, file: str) -> None:
    for test in TESTS:
        if test.file == file and _key(test) not in DIFFERENT:
            assert _parsed(document, test) == test.tree, test


@pytest.mark.parametrize("key", DIFFERENT, ids=lambda key: f"{key[0]}-{key[1]}")
def test_differences_are_still_there(document: Document, key: tuple[str, str, str]) -> None:
    found = [test for test in TESTS if _key(test) == key]
    assert found
    assert all(_parsed(document, test) != test.tree for test in found)


def _key(test: FragmentTest) -> tuple[str, str, str]:
    return (test.file, test.html, test.context)


def _parsed(document: Document, test: FragmentTest) -> str:
    context = make_context(document, test.context)
    return dump(parse_fragment(document, test.html, context))
