"""Widgets of others inside a document: what `Document.embed` makes, and how a page without a notebook shows it."""

from __future__ import annotations

from domsync_jupyter.embedding.element import embed

__all__ = ["embed"]
