"""Where a page of Jupyter's finds a server of this machine on Jupyter's own origin: jupyter-server-proxy.

It hands requests for ``<base URL>/proxy/<port>/`` on to ``localhost:<port>``, for who is logged in to Jupyter, and
leaves ``Host``, ``Origin`` and the subprotocols as the page sent them; `gate.py` says how such a request gets in.
https://jupyter-server-proxy.readthedocs.io/en/latest/arbitrary-ports-hosts.html
"""

from __future__ import annotations

import importlib.util
import os

__all__ = ["VARIABLE", "proxy_path"]

VARIABLE = "DOMSYNC_JUPYTER_PROXY"
"""Environment variable of the kernel: ``1`` if Jupyter has jupyter-server-proxy, ``0`` if not. Without it, it is
taken to have it if the kernel's Python has, which is the same where both are in one environment."""

_MODULE = "jupyter_server_proxy"
# What it reaches by the name "localhost".
_REACHED = {"localhost", "127.0.0.1", "::1", "", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


def proxy_path(host: str, port: int, *, secure: bool) -> str:
    """Return the path of a server below Jupyter's base URL, such as ``"proxy/8888/"``; ``""`` if there is none.

    That Jupyter serves it is likely, not certain: a page has to try.

    Args:
        host: What the server listens on.
        port: Its port; 0 if it does not listen.
        secure: Whether it speaks TLS, which is not handed on to.
    """
    if secure or not port or host.strip("[]").lower() not in _REACHED or not _has_proxy():
        return ""
    return f"proxy/{port}/"


def _has_proxy() -> bool:
    told = os.environ.get(VARIABLE, "").strip().lower()
    if told:
        return told not in {"0", "false", "no", "off"}
    return importlib.util.find_spec(_MODULE) is not None
