"""`Code`: the colours of a language, and the text as it was."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Code


def test_has_the_text_and_its_tokens() -> None:
    text = '\n@cache\ndef area(r: int) -> float:\n    return 3.14 * r  # "<about>"\n\n'
    code = Code(Document(), text)
    assert code.text == code.getElement().textContent == text
    tokens = {
        span.textContent: span.className.removeprefix("domsync-token-")
        for span in code.getElement().querySelectorAll("span")
    }
    assert tokens == {
        "@cache": "function",
        "def": "keyword",
        "area": "function",
        "int": "builtin",
        "float": "builtin",
        "return": "keyword",
        "3.14": "number",
        '# "<about>"': "comment",
    }


def test_may_change() -> None:
    code = Code(Document(), "a = 1", "", wrap=True)
    assert code.getElement().className == "domsync-code domsync-wrap"
    assert not code.getElement().querySelectorAll("span")
    code.language = "python"
    assert code.getElement().querySelector(".domsync-token-number") is not None
    code.text = "b = 'x'"
    assert code.getElement().querySelector(".domsync-token-string").textContent == "'x'"  # type: ignore[union-attr]


def test_says_which_language_there_is_not() -> None:
    document = Document()
    code = Code(document, "a = 1")
    with pytest.raises(ValueError, match="'pyhton'"):
        code.language = "pyhton"
    assert code.language == "python"
    with pytest.raises(ValueError, match="'pyhton'"):
        Code(document, "a", "pyhton")
    assert len(document.getRootElement().children) == 1
