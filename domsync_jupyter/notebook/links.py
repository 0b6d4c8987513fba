"""Where a browser finds a server that a notebook started: on this machine, and through Jupyter's own server."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domsync_jupyter.transports.jupyter_proxy import proxy_path

if TYPE_CHECKING:
    from domsync_jupyter.domsync_server import DomsyncServer

__all__ = ["Link", "links_to"]


class Link(NamedTuple):
    """A way to a server.

    Attributes:
        text: What to show.
        address: A URL, or a path on the origin of the notebook's page. It may hold a secret.
    """

    text: str
    address: str


def links_to(server: DomsyncServer) -> list[Link]:
    """The ways to the page of a server which listens, the one that is most likely to lead there first."""
    direct = Link(server.url.partition("#")[0], server.url)
    on_hub = "JUPYTERHUB_SERVICE_PREFIX" in os.environ
    base = _base_path()
    proxied = proxy_path(server.host, server.port, secure=direct.address.startswith("https"))
    if base is None or not proxied:
        return [direct]
    through = Link(f"{base}{proxied}", f"{base}{proxied}#token={server.page_ticket()}")
    # The kernel of a hub is rarely on the machine of the browser.
    return [through, direct] if on_hub else [direct, through]


def _base_path() -> str | None:
    """The path of Jupyter's base URL, such as ``"/user/ada/"``; None if nothing here tells."""
    told = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if not told:
        told = _server_info().get("base_url")
    return None if not told else f"/{told.strip('/')}/".replace("//", "/")


def _server_info() -> dict[str, str]:
    """What Jupyter Server has written about itself, which is this kernel's parent."""
    parent = os.environ.get("JPY_PARENT_PID", "")
    try:
        from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 - only there where a kernel is

        file = Path(jupyter_runtime_dir()) / f"jpserver-{int(parent)}.json"
        return _read(file)
    except (ImportError, OSError, ValueError):
        return {}


# It stays as it is as long as the server runs; links are made whenever a client comes or goes.
@cache
def _read(file: Path) -> dict[str, str]:
    info = json.loads(file.read_text(encoding="utf-8"))
    return info if isinstance(info, dict) else {}
