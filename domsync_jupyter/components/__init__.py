"""Ready-made parts of a document, built on `domsync_jupyter.dom` alone."""

from __future__ import annotations
