"""Where programs written for domsync import ``Document`` from."""

from __future__ import annotations

from domsync_jupyter.dom import Document
from domsync_jupyter.dom import Element as _Element

__all__ = ["Document", "_Element"]
