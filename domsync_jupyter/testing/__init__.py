"""Test an app without a browser: a page in memory, to look at and to act in. See ``docs/testing.md``."""

from __future__ import annotations

from domsync_jupyter.testing.connecting import Connection, connect
from domsync_jupyter.testing.page import AsyncPage, CallbackError, PageMessage
from domsync_jupyter.testing.sync_page import Page

__all__ = ["AsyncPage", "CallbackError", "Connection", "Page", "PageMessage", "connect"]
