"""The files that a server hands out."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from domsync_jupyter import DomsyncError
from domsync_jupyter.transports.page import Page


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "page.js").write_bytes(b"applier();")
    return tmp_path / "page.js"


@pytest.fixture
def page(script: Path) -> Page:
    return Page(script, "root", "title")


def get(page: Page, path: str, **headers: str) -> Response:
    response = page.answer(
        Request(path, Headers({name.replace("_", "-"): text for name, text in headers.items()}))
    )
    assert response is not None
    return response


def test_page(page: Page) -> None:
    response = get(page, "/")
    assert response.status_code == 200
    assert b'<body data-domsync-root="root">' in response.body
    assert b'<div id="root"></div>' in response.body
    assert b"<title>title</title>" in response.body
    assert get(page, "/?a=b#c").body == response.body


def test_script(page: Page) -> None:
    response = get(page, "/domsync.js")
    assert response.body == b"applier();"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "", "/x", "/domsync.js/", "/..", "//domsync.js", "/domsync%2Ejs", "/\x00", "//", "//[", "/./", "/%2e%2e/",
        "/../page.js", "/static/page.js", "/..%2f..%2fetc/passwd", "/..\\page.js", "/domsync.js;x", "/DOMSYNC.JS",
        "/domsync.js\t", "/\tdomsync.js", "domsync.js", "/page.js", "/%64omsync.js",
    ],
)  # fmt: skip
@pytest.mark.parametrize("upgrade", ["", "websocket"])
def test_there_is_nothing_else(page: Page, path: str, upgrade: str) -> None:
    assert get(page, path, Upgrade=upgrade).status_code == 404


@pytest.mark.parametrize("word", ["websocket", "WebSocket", "h2c, websocket"])
def test_a_websocket_is_let_through_at_the_root_only(page: Page, word: str) -> None:
    assert page.answer(Request("/", Headers({"Upgrade": word}))) is None
    assert page.answer(Request("/?x=y", Headers({"Upgrade": word}))) is None
    assert get(page, "/domsync.js", Upgrade=word).status_code == 200


def test_headers_that_are_there_twice(page: Page) -> None:
    tag = get(page, "/").headers["ETag"]
    headers = Headers([("Upgrade", "websocket"), ("Upgrade", "websocket")])
    assert page.answer(Request("/", headers)) is None, "websockets will refuse it"
    headers = Headers([("If-None-Match", '"other"'), ("If-None-Match", tag)])
    response = page.answer(Request("/", headers))
    assert response is not None
    assert response.status_code == 304


def test_head_gets_no_body(page: Page) -> None:
    for path in ("/", "/domsync.js", "/x"):
        response = page.answer(Request(path, Headers(), "HEAD"))
        assert response is not None
        expected = get(page, path)
        assert (response.body, response.status_code, response.headers) == (
            b"",
            expected.status_code,
            expected.headers,
        )


def test_every_answer_carries_the_policy(page: Page) -> None:
    for path in ("/", "/domsync.js", "/x"):
        headers = get(page, path).headers
        policy = dict(
            part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["connect-src"] == "'self'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["base-uri"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert policy["frame-ancestors"] == "'self'"


def test_what_did_not_change_is_not_sent_again(page: Page, script: Path) -> None:
    tag = get(page, "/domsync.js").headers["ETag"]
    assert get(page, "/domsync.js", If_None_Match=tag).status_code == 304
    assert get(page, "/domsync.js", If_None_Match=tag).body == b""
    assert get(page, "/", If_None_Match=tag).status_code == 200
    script.write_bytes(b"newer();")
    assert get(Page(script, "root"), "/domsync.js", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    "text", ['"', "'", "<", "&", '"><script>x</script>', "{", "{0}", "{title}", "\N{GRINNING FACE}"]
)
def test_texts_are_data(script: Path, text: str) -> None:
    body = get(Page(script, text, text), "/").body.decode()
    assert "<script>x" not in body
    assert body.count("<script") == 1
    assert body.count("data-domsync-root=") == 1
    if text.isalnum() or text.startswith("{"):
        assert f'data-domsync-root="{text}"' in body


def test_the_package_was_not_built(tmp_path: Path) -> None:
    with pytest.raises(DomsyncError, match="make build"):
        Page(tmp_path / "page.js", "root")
