"""An SVG element as a file: what HTML forgives, and XML does not."""

from __future__ import annotations

from xml.dom import minidom

import pytest

from domsync_jupyter.dom import Document, names
from domsync_jupyter.dom.svg_file import svg_file

HEAD = f'<svg xmlns="{names.SVG}" xmlns:xlink="{names.XLINK}">'


def file(html: str) -> str:
    """What is in the file of an SVG element, which an XML parser takes."""
    document = Document(allow_unsafe=True)
    root = document.getRootElement()
    root.innerHTML = f"<svg>{html}</svg>"
    (svg,) = root.children
    text = svg_file(svg, {})
    minidom.parseString(text)
    assert text.startswith(HEAD)
    assert text.endswith("</svg>")
    return text.removeprefix(HEAD).removesuffix("</svg>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<text>1\xa0000 &lt; &amp; "</text>', "<text>1\xa0000 &lt; &amp; &quot;</text>"),
        ("<text>a\x0bb\uffff</text>", "<text>ab</text>"),
        ('<use xlink:href="#a"/>', '<use xlink:href="#a"></use>'),
        ('<g @click="x" a<b="y" class="z"/>', '<g class="z"></g>'),
        ('<g sodipodi:role="line" xml:lang="de"/>', '<g xml:lang="de"></g>'),
        ("<sodipodi:namedview><inkscape:grid/></sodipodi:namedview><g/>", "<g></g>"),
        ("<!-- a -- b --><g/>", "<g></g>"),
        ("<style>a > b { fill: red }</style>", "<style>a &gt; b { fill: red }</style>"),
        ('<script>alert(1)</script><g onclick="alert(2)"/>', "<g></g>"),
        (
            '<foreignObject><p>a<br>b</p><input type="password" value="secret"></foreignObject>',
            (
                f'<foreignObject><p xmlns="{names.HTML}">a<br></br>b</p>'
                f'<input xmlns="{names.HTML}" type="password"></input></foreignObject>'
            ),
        ),
    ],
)
def test_what_is_written(html: str, expected: str) -> None:
    assert file(html) == expected


def test_attributes_that_were_set_with_their_namespace() -> None:
    document = Document()
    svg = document.createElementNS(names.SVG, "svg")
    use = document.createElementNS(names.SVG, "use")
    use.setAttributeNS(names.XLINK, "link:href", "#a")
    svg.append(use)
    assert svg_file(svg, {}) == f'{HEAD}<use xlink:href="#a"></use></svg>'


def test_styles_from_elsewhere() -> None:
    document = Document()
    svg = document.createElementNS(names.SVG, "svg")
    dot = document.createElementNS(names.SVG, "circle")
    dot.setAttribute("style", "fill: blue")
    svg.append(dot)
    assert svg_file(svg, {dot: 'fill: url("#a")', svg: "margin: 0"}) == (
        f'{HEAD}<circle style="fill: url(&quot;#a&quot;)"></circle></svg>'
    )


def test_a_deep_tree() -> None:
    document = Document()
    svg = top = document.createElementNS(names.SVG, "svg")
    for _ in range(5_000):
        group = document.createElementNS(names.SVG, "g")
        top.append(group)
        top = group
    assert svg_file(svg, {}).count("<g>") == 5_000
