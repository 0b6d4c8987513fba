"""Where a page of Jupyter's finds a server."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from domsync_jupyter.transports.jupyter_proxy import VARIABLE, proxy_path


@pytest.mark.parametrize(
    ("host", "port", "secure", "expected"),
    [
        ("localhost", 8888, False, "proxy/8888/"),
        ("LOCALHOST", 8888, False, "proxy/8888/"),
        ("127.0.0.1", 1, False, "proxy/1/"),
        ("::1", 8888, False, "proxy/8888/"),
        ("[::1]", 8888, False, "proxy/8888/"),
        ("", 8888, False, "proxy/8888/"),
        ("0.0.0.0", 8888, False, "proxy/8888/"),
        ("::", 8888, False, "proxy/8888/"),
        ("localhost", 0, False, ""),
        ("localhost", 8888, True, ""),
        ("127.0.0.2", 8888, False, ""),
        ("10.0.0.5", 8888, False, ""),
        ("example.org", 8888, False, ""),
    ],
)
def test_path(monkeypatch: pytest.MonkeyPatch, host: str, port: int, secure: bool, expected: str) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    assert proxy_path(host, port, secure=secure) == expected


@pytest.mark.parametrize(
    ("told", "installed", "expected"),
    [
        (None, True, True),
        (None, False, False),
        ("", True, True),
        ("", False, False),
        ("1", False, True),
        ("yes", False, True),
        ("0", True, False),
        (" False ", True, False),
        ("off", True, False),
    ],
)
def test_whether_there_is_one(
    monkeypatch: pytest.MonkeyPatch, told: str | None, installed: bool, expected: bool
) -> None:
    if told is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, told)
    with monkeypatch.context() as patch:

        def find_spec(name: str) -> Any:
            assert name == "jupyter_server_proxy"
            return object() if installed else None

        patch.setattr(importlib.util, "find_spec", find_spec)
        path = proxy_path("localhost", 8888, secure=False)
    assert path == ("proxy/8888/" if expected else "")
