"""ES modules of widgets, which the server hands out to its pages.

A page may run scripts of its own origin only, so the module of a widget that it shows has to have an address there.
It is an address that nobody can guess: who knows it was told over a socket, which the gate has let in. Documents know
no server, so all servers of a process hand out the same modules, each as long as somebody holds it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import weakref

__all__ = ["Module", "find_module", "publish_module"]

_SECRET = secrets.token_bytes(32)


class Module:
    """The text of a module. Pages can load it for as long as this object lives.

    Attributes:
        path: Where: the same for the same text, in one process.
        body: The text, encoded.
    """

    __slots__ = ("__weakref__", "body", "path")

    def __init__(self, path: str, body: bytes) -> None:
        self.path = path
        self.body = body


_modules: weakref.WeakValueDictionary[str, Module] = weakref.WeakValueDictionary()


def publish_module(text: str) -> Module:
    """Have a module handed out, until what is returned is collected. Any thread."""
    body = text.encode()
    path = f"/modules/{hmac.new(_SECRET, body, hashlib.sha256).hexdigest()}.js"
    return _modules.setdefault(path, Module(path, body))


def find_module(path: str) -> bytes | None:
    """The module with this path, if there is one. Any thread."""
    module = _modules.get(path)
    return None if module is None else module.body
