"""Objects as nodes: the protocol of notebooks, with the libraries that people show."""

from __future__ import annotations

import base64
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.dom.rich import to_nodes
from domsync_jupyter.dom.serialising import serialise
from domsync_jupyter.errors import UnsafeMarkupWarning

PNG = b"\x89PNG\r\n\x1a\nnot much of an image"


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A running IPython, as far as it matters here."""
    from IPython.core.formatters import DisplayFormatter

    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    return shell


def html(document: Document, obj: object) -> str:
    return "".join(
        serialise(node, outer=True) for node in to_nodes(document, obj, document.createElement("div"))
    )


def shows(**methods: Any) -> object:
    return type("Shows", (), {name: lambda self, value=value: value for name, value in methods.items()})()


def test_a_text_is_html_and_a_node_is_itself(document: Document) -> None:
    assert html(document, "<b>x</b>") == "<b>x</b>"
    node = document.createElement("i")
    assert to_nodes(document, node, document.getRootElement()) == [node]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (shows(_repr_html_="<b>x</b>", _repr_png_=PNG), "<b>x</b>"),
        (shows(_repr_html_=None, _repr_latex_="$x < 1$"), "<pre><code>$x &lt; 1$</code></pre>"),
        (shows(_repr_markdown_="# *x*"), "<pre><code># *x*</code></pre>"),
        (shows(_repr_png_=PNG), f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}">'),
        (
            shows(_repr_png_=(PNG, {"width": 5, "height": 6})),
            f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}" width="5" height="6">',
        ),
        (shows(_repr_jpeg_="QUJD\n"), '<img src="data:image/jpeg;base64,QUJD">'),
        (
            shows(_repr_svg_="<svg><script>f()</script></svg>"),
            (
                '<img src="data:image/svg+xml,%3Csvg%20xmlns%3D%22http%3A//www.w3.org/2000/svg%22%3E'
                '%3Cscript%3Ef%28%29%3C/script%3E%3C/svg%3E">'
            ),
        ),
        (shows(__repr__="<x> & \ud800"), "<pre>&lt;x&gt; &amp; \\ud800</pre>"),
        (7, "<pre>7</pre>"),
        (None, "<pre>None</pre>"),
        (["<b>"], "<pre>['&lt;b&gt;']</pre>"),
    ],
)
@pytest.mark.parametrize("running", [False, True])
def test_the_protocol(
    document: Document, obj: object, expected: str, running: bool, request: pytest.FixtureRequest
) -> None:
    if running:
        request.getfixturevalue("shell")
    assert html(document, obj) == expected


def test_a_mimebundle(document: Document) -> None:
    class Bundle:
        def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
            return {"text/html": ["<i>", "x</i>"], "text/plain": "x"}, {}

    class PlainBundle:
        def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
            return {"text/plain": "x", "application/x": {}}

    assert html(document, Bundle()) == "<i>x</i>"
    assert html(document, PlainBundle()) == "<pre>x</pre>"


def test_a_class_is_not_its_instances(document: Document) -> None:
    assert html(document, type(shows(_repr_html_="x"))).startswith("<pre>&lt;class")


def test_what_has_nothing_to_say_is_skipped_and_errors_are_not(document: Document) -> None:
    class Shy:
        def _repr_html_(self) -> str:
            raise NotImplementedError

        def __repr__(self) -> str:
            return "shy"

    class Broken:
        def _repr_html_(self) -> str:
            raise ZeroDivisionError

    assert html(document, Shy()) == "<pre>shy</pre>"
    with pytest.raises(ZeroDivisionError):
        html(document, Broken())


def test_scripts_of_an_object_are_left_out(document: Document) -> None:
    with pytest.warns(UnsafeMarkupWarning, match="<script>") as caught:
        html(document, shows(_repr_html_="<p>x<script>f()</script>"))
    assert caught[0].filename == __file__


def test_formatters_registered_with_ipython_are_used(document: Document, shell: Any) -> None:
    class Registered:
        pass

    formatter = shell.display_formatter.formatters["text/html"]
    formatter.for_type(Registered, lambda obj: "<b>registered</b>")
    assert html(document, Registered()) == "<b>registered</b>"


def test_what_displays_itself_is_not_asked_to(document: Document, shell: Any) -> None:
    class Displays:
        def _ipython_display_(self) -> None:
            raise AssertionError

        def _repr_html_(self) -> str:
            return "<b>x</b>"

    assert html(document, Displays()) == "<b>x</b>"


@pytest.mark.parametrize("running", [False, True])
def test_pandas(document: Document, running: bool, request: pytest.FixtureRequest) -> None:
    import pandas as pd  # type: ignore[import-untyped]  # it ships no types

    if running:
        request.getfixturevalue("shell")
    frame = pd.DataFrame({"a": [1, 2], "b": ["<i>", "y"]})
    text = html(document, frame)
    assert '<table border="1" class="dataframe">' in text
    assert "<td>&lt;i&gt;</td>" in text
    styled = html(document, frame.style.format(escape="html").map(lambda cell: "color: red"))
    assert "color: red" in styled
    assert "<td" in styled
    assert "&lt;i&gt;" in styled


@pytest.mark.parametrize("running", [False, True])
def test_matplotlib(document: Document, running: bool, request: pytest.FixtureRequest) -> None:
    from matplotlib import figure as figures

    if running:
        from IPython.core.pylabtools import print_figure

        formatters = request.getfixturevalue("shell").display_formatter.formatters
        formatters["image/png"].for_type(figures.Figure, partial(print_figure, fmt="png"))
    figure = figures.Figure()
    figure.subplots().plot([1, 2])
    text = html(document, figure)
    assert text.startswith('<img src="data:image/png;base64,iVBOR')
