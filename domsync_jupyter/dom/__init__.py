"""The document: nodes, their tree, events, and what changed. No I/O, no asyncio, no JSON."""

from __future__ import annotations

from domsync_jupyter.dom.character_data import CharacterData, Comment, Text
from domsync_jupyter.dom.document import Document
from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.events import Event
from domsync_jupyter.dom.fragment import DocumentFragment
from domsync_jupyter.dom.node import Node

__all__ = ["CharacterData", "Comment", "Document", "DocumentFragment", "Element", "Event", "Node", "Text"]
