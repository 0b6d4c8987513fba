"""Nodes to HTML text, and that no text of theirs can be read as markup."""

from __future__ import annotations

import pytest

from domsync_jupyter.dom import Document, Element, names
from domsync_jupyter.dom.parsing import parse_fragment
from domsync_jupyter.dom.serialising import serialise


@pytest.fixture
def document() -> Document:
    return Document()


def round_trip(document: Document, html: str) -> str:
    return "".join(
        serialise(node, outer=True) for node in parse_fragment(document, html, document.createElement("div"))
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>one <b>two</b> three</p>",
        "<br><hr><img><input><wbr>",
        "a &amp; b &lt; c &gt; d \"e\" 'f' &nbsp; g",
        '<p title="&amp; &lt; &gt; &quot; \' &nbsp;"></p>',
        "<style>a > b { content: '&amp;' }</style>",
        "<textarea>&lt;b&gt;</textarea>",
        '<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>',
        '<svg xmlns:xlink="x"><a xlink:href="#a" xml:lang="en"></a></svg>',
        "<math><mi>x</mi></math>",
        "<svg><style>a &gt; b</style></svg>",
        "<!-- comment -->",
        "<template><td>x</td></template>",
        "<svg><sodipodi:namedview></sodipodi:namedview></svg>",
        "<x-y></x-y>",
        '<input disabled="">',
    ],
)
def test_what_was_serialised_parses_to_the_same(document: Document, html: str) -> None:
    assert round_trip(document, html) == html


def test_outer_and_inner(document: Document) -> None:
    root = document.getRootElement()
    root.append("x")
    assert serialise(root, outer=False) == "x"
    assert serialise(root, outer=True) == '<div id="domsync_root_id">x</div>'
    assert serialise(document, outer=False) == serialise(document, outer=True) == serialise(root, outer=True)
    assert serialise(document.createTextNode("a<b"), outer=True) == "a&lt;b"
    assert serialise(document.createElement("br"), outer=False) == ""


def test_reading_makes_no_nodes(document: Document) -> None:
    p = document.createElement("p", innerText="x")
    assert serialise(p, outer=True) == "<p>x</p>"
    assert p._kids == "x"


def test_a_void_element_has_no_end_and_no_content(document: Document) -> None:
    br = document.createElement("br")
    br.append("x")
    assert serialise(br, outer=True) == "<br>"
    assert serialise(document.createElementNS(names.SVG, "br"), outer=True) == "<br></br>"


def test_namespaced_attributes_are_named_as_html_names_them(document: Document) -> None:
    element = document.createElementNS(names.SVG, "a")
    element.setAttributeNS(names.XLINK, "l:href", "#a")
    element.setAttributeNS(names.XMLNS, "xmlns", "x")
    element.setAttributeNS("https://example.org/", "e:x", "y")
    assert serialise(element, outer=True) == '<a xlink:href="#a" xmlns="x" e:x="y"></a>'


@pytest.mark.parametrize(
    ("data", "html"),
    [
        ("plain - dash", "<!--plain - dash-->"),
        ("--><img src=x onerror=f()>", "<!----&gt;&lt;img src=x onerror=f()&gt;-->"),
        ("--!><img>", "<!----!&gt;&lt;img&gt;-->"),
        ("><img>", "<!--&gt;&lt;img&gt;-->"),
        ("-><img>", "<!---&gt;&lt;img&gt;-->"),
        ("<!--", "<!--&lt;!---->"),
        ("</style>", "<!--&lt;/style&gt;-->"),
        ("x--", None),
        ("x--!", None),
        ("x-", None),
        ("-", None),
        ("<!-", None),
        ("a > b", "<!--a > b-->"),
    ],
)
def test_a_comment_cannot_end_early(document: Document, data: str, html: str | None) -> None:
    text = serialise(document.createComment(data), outer=True)
    if html is not None:
        assert text == html
    unsafe = Document(allow_unsafe=True)
    for context in ("div", "svg"):
        (comment,) = parse_fragment(unsafe, text, unsafe.createElement(context))
        assert comment.nodeType == comment.COMMENT_NODE
        assert serialise(comment, outer=True) == text


@pytest.mark.parametrize("tag", ["style", "iframe"])
@pytest.mark.parametrize(
    "text",
    [
        "</style><img src=x onerror=f()>",
        "</iframe><img src=x onerror=f()>",
        "<img src=x onerror=f()>",
        "<!--",
        "<?x",
    ],
)
@pytest.mark.parametrize("outside", ["div", "svg", "math", "mtext"])
def test_raw_text_has_no_markup_wherever_it_is_read(
    document: Document, tag: str, text: str, outside: str
) -> None:
    element = document.createElement(tag)
    element.textContent = text
    around = document.createElement("div")
    around.append(element, "after")
    html = serialise(around, outer=False)
    unsafe = Document(allow_unsafe=True)
    nodes = parse_fragment(unsafe, f"<{outside}>{html}</{outside}>", unsafe.createElement("div"))
    tags = {
        below._tag for node in nodes if isinstance(node, Element) for below in (node, *node._descendants())
    }
    assert tags <= {tag, outside}
    assert "after" in (nodes[0].textContent or "")


def test_css_keeps_its_meaning(document: Document) -> None:
    style = document.createElement("style", innerText='p::before { content: "<b>" } @media (width<9px) {}')
    assert serialise(style, outer=False) == 'p::before { content: "\\3c b>" } @media (width<9px) {}'


def test_only_text_is_text(document: Document) -> None:
    style = document.createElement("style")
    style.append("a{}", document.createComment("</style><img src=x onerror=f()>"))
    style.append(document.createElement("b", attributes={"title": "</style>"}), "b{}")
    assert serialise(style, outer=True) == "<style>a{}b{}</style>"


def test_an_unsafe_document_is_written_as_a_browser_would() -> None:
    document = Document(allow_unsafe=True)
    html = "<script>if (a < b && c) {}</script><style>a<b</style><noscript><b>x</b></noscript><!--<b-->"
    assert round_trip(document, html) == html
    assert serialise(document.createComment("-->"), outer=True) == "<!---->-->"


def test_depth_is_no_problem(document: Document) -> None:
    top = element = document.createElement("div")
    for _ in range(5000):
        inner = document.createElement("div")
        element.appendChild(inner)
        element = inner
    assert serialise(top, outer=True) == "<div>" * 5001 + "</div>" * 5001
