"""How changes become frames, and how a viewer's session survives. No I/O: bytes in, bytes out."""

from __future__ import annotations
