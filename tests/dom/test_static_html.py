"""A document as HTML that can stand anywhere."""

from __future__ import annotations

import base64
import re

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.html import HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement
from domsync_jupyter.dom.static_html import static_html


def static(html: str, *, allow_unsafe: bool = False) -> str:
    document = Document(allow_unsafe=allow_unsafe)
    root = document.getRootElement()
    root.innerHTML = html
    text = static_html(root)
    assert text.startswith("<div>")
    assert text.endswith("</div>")
    return text.removeprefix("<div>").removesuffix("</div>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>1 &lt; 2 &amp; <b>3</b></p>", "<p>1 &lt; 2 &amp; <b>3</b></p>"),
        (
            '<p id="a" class="b" data-c="d" name="e" tabindex="0" title="&quot;f&quot;">',
            '<p title="&quot;f&quot;"></p>',
        ),
        (
            '<table><tr><td colspan="2" style="color: red">x',
            '<table><tbody><tr><td colspan="2" style="color: red">x</td></tr></tbody></table>',
        ),
        ('<a href="https://example.org/">x</a>', '<a href="https://example.org/">x</a>'),
        ('<a href="#top">x</a><a href="file.html">y</a>', "<a>x</a><a>y</a>"),
        ('<img src="data:image/png;base64,AAAA" alt="x">', '<img src="data:image/png;base64,AAAA" alt="x">'),
        ('<img src="other.png">', "<img>"),
        ("<my-element>x</my-element>", "<span>x</span>"),
        (
            '<form><button type="submit">x</button></form>',
            '<div><button type="submit" disabled="">x</button></div>',
        ),
        ("<p hidden>x</p><p style='display: none'>y</p><dialog>z</dialog><div popover>a</div>", ""),
        ("<dialog open>x</dialog>", '<div open="">x</div>'),
        ("<canvas>x</canvas><iframe></iframe><video></video><template><p>x</p></template><!-- c -->", ""),
        ("<details open><summary>x</summary>y</details>", '<details open=""><summary>x</summary>y</details>'),
        ("<br>a<hr>", "<br>a<hr>"),
        ("<math><mi>x</mi></math>", ""),
    ],
)
def test_what_is_kept(html: str, expected: str) -> None:
    assert static(html) == expected


def test_style_sheets_become_styles() -> None:
    assert static("<style>p { color: red } .x { display: none }</style><p>a</p><b class='x'>b</b>") == (
        '<p style="color: red;">a</p>'
    )


def test_controls_show_their_state() -> None:
    document = Document()
    root = document.getRootElement()
    root.innerHTML = (
        '<input value="a"><input type="checkbox"><input type="radio" name="r" checked>'
        '<input type="password" value="secret"><input type="hidden" value="secret">'
        "<textarea></textarea><select><option>x<option>y</select><select multiple><option>z</select>"
    )
    text, tick, *_ = root.querySelectorAll("input")
    assert isinstance(text, HTMLInputElement)
    assert isinstance(tick, HTMLInputElement)
    text.value = "typed <b>"
    tick.checked = True
    area, select = root.querySelector("textarea"), root.querySelector("select")
    assert isinstance(area, HTMLTextAreaElement)
    assert isinstance(select, HTMLSelectElement)
    area.value = "\n1 < 2"
    select.selectedIndex = 1
    assert static_html(root) == (
        '<div><input value="typed &lt;b&gt;" disabled=""><input type="checkbox" disabled="" checked="">'
        '<input type="radio" disabled="" checked=""><input type="password" value="" disabled="">'
        '<textarea disabled="">\n\n1 &lt; 2</textarea>'
        '<select disabled=""><option>x</option><option selected="">y</option></select>'
        '<select multiple="" disabled=""><option>z</option></select></div>'
    )


def test_svg_is_a_picture() -> None:
    html = static(
        "<style>rect { fill: red }</style><svg width='10' height='20px' style='margin: 1px'><title>Bars</title>"
        "<rect width='5' height='5'></rect></svg>"
    )
    match = re.fullmatch(
        r'<img alt="Bars" width="10" height="20px" style="margin: 1px" src="data:image/svg\+xml;base64,(.*)">',
        html,
    )
    assert match
    assert base64.b64decode(match[1]).decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20px" style="margin: 1px" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><title>Bars</title>'
        '<rect width="5" height="5" style="fill: red;"></rect></svg>'
    )


def test_nothing_that_runs_is_kept_even_if_the_document_allows_it() -> None:
    html = static(
        "<script>alert(1)</script><p onclick='alert(2)'>x</p><a href='javascript:alert(3)'>y</a>"
        "<img src='javascript:alert(4)' onerror='alert(5)'><svg><script>alert(6)</script></svg>"
        "<iframe srcdoc='<script>alert(7)</script>'></iframe>",
        allow_unsafe=True,
    )
    (picture,) = re.findall('base64,([^"]*)', html)
    assert b"alert" not in base64.b64decode(picture)
    assert re.sub(r'base64,[^"]*', "", html) == (
        '<p>x</p><a>y</a><img><img alt="" style="" src="data:image/svg+xml;">'
    )
