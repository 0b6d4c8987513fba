"""`Markdown`: what it makes of a text, what it lets stand, and what it does not let in."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Markdown

TABLE = (
    '<table> <thead> <tr> <th style="text-align:right">a</th> </tr> </thead> '
    '<tbody> <tr> <td style="text-align:right">1</td> </tr> </tbody> </table>'
)
FENCE = '<pre class="domsync-code" tabindex="0"><code>x = <span class="domsync-token-number">1</span> </code></pre>'


def html(text: str) -> str:
    return " ".join(Markdown(Document(), text).getElement().innerHTML.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("# A *b*\n\nc", "<h1>A <em>b</em></h1><p>c</p>"),
        ("~~x~~", "<p><s>x</s></p>"),
        ("- a\n- b\n  - c", "<ul> <li>a</li> <li>b <ul> <li>c</li> </ul> </li> </ul>"),
        ("a\n***\n> b", "<p>a</p><hr><blockquote> <p>b</p> </blockquote>"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>"),
        ("<script>\nx\n</script>", "<p>&lt;script&gt; x &lt;/script&gt;</p>"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
        ("[a](mocha:x) ![b](livescript:x)", "<p>[a](mocha:x) ![b](livescript:x)</p>"),
        ("[a][1]\n\n[1]: /b", '<p><a href="/b" target="_blank" rel="noopener noreferrer">a</a></p>'),
        ("| a |\n|--:|\n| 1 |", TABLE),
        ("```python\nx = 1\n```", FENCE),
        ("```klingon\nx = 1\n```", '<pre class="domsync-code" tabindex="0"><code>x = 1 </code></pre>'),
        ("    x = 1", '<pre class="domsync-code" tabindex="0"><code>x = 1 </code></pre>'),
    ],
)
def test_becomes_elements(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("# a\n\nb\n\nc\n\nnew", "abc"),
        ("new\n\n# a\n\nb\n\nc", "abc"),
        ("# a\n\nnew\n\nc", "ac"),
        ("# a\n\nc", "ac"),
        ("# a\n\nb\n\nb\n\nc", "abc"),
        ("", ""),
    ],
)
def test_what_has_not_changed_stays(after: str, kept: str) -> None:
    note = Markdown(Document(), "# a\n\nb\n\nc")
    before = note.getElement().children
    note.text = after
    now = note.getElement().children
    assert "".join(each.innerText for each in before if each in now) == kept
    assert note.getElement().innerHTML == Markdown(Document(), after).getElement().innerHTML
    assert note.text == after
