"""Modules of widgets, which servers hand out."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request

from domsync_jupyter import Document, DomsyncServer
from domsync_jupyter.transports.modules import find_module, publish_module
from domsync_jupyter.transports.page import Page


def test_a_module_is_there_as_long_as_somebody_holds_it() -> None:
    module, same = publish_module("export default 1"), publish_module("export default 1")
    path = module.path
    assert same is module
    assert publish_module("export default 2").path != path
    assert find_module(path) == b"export default 1"
    del module, same
    gc.collect()
    assert find_module(path) is None


def test_a_page_hands_it_out(tmp_path: Path) -> None:
    (tmp_path / "page.js").touch()
    page = Page(tmp_path / "page.js", "root")
    module = publish_module("export default 'é'")
    response = page.answer(Request(module.path, Headers()))
    assert response is not None
    assert (response.status_code, response.body) == (200, "export default 'é'".encode())
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    again = page.answer(Request(module.path, Headers({"If-None-Match": response.headers["ETag"]})))
    assert again is not None
    assert again.status_code == 304
    other = page.answer(Request(module.path.replace(".js", ""), Headers()))
    assert other is not None
    assert other.status_code == 404


def test_sources_are_those_of_scripts_and_what_they_load(tmp_path: Path) -> None:
    (tmp_path / "page.js").touch()
    page = Page(tmp_path / "page.js", "root", script_sources=["https://esm.sh", "'unsafe-eval'"])
    response = page.answer(Request("/", Headers()))
    assert response is not None
    policy = dict(
        part.strip().partition(" ")[::2] for part in response.headers["Content-Security-Policy"].split(";")
    )
    for name in ("script-src", "style-src", "connect-src", "font-src"):
        assert policy[name].endswith("https://esm.sh 'unsafe-eval'")
    assert policy["default-src"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"


@pytest.mark.parametrize("source", ["", "a b", "a;b", "a,b", "https://é", "a\r\nb"])
def test_what_is_no_source(source: str) -> None:
    with pytest.raises(ValueError, match="a source of a content security policy"):
        DomsyncServer(Document(), "localhost", 0, script_sources=[source])
