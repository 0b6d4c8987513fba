"""Ready-made parts of a document, built on `domsync_jupyter.dom` alone."""

from __future__ import annotations

from domsync_jupyter.components.accordion import Accordion, AccordionSection
from domsync_jupyter.components.card import Card
from domsync_jupyter.components.component import Component
from domsync_jupyter.components.disclosure import Disclosure
from domsync_jupyter.components.layout import Column, Grid, Row
from domsync_jupyter.components.select import SelectComponent
from domsync_jupyter.components.sidebar import Sidebar
from domsync_jupyter.components.table import TableComponent
from domsync_jupyter.components.tabs import Tab, Tabs

__all__ = [
    "Accordion",
    "AccordionSection",
    "Card",
    "Column",
    "Component",
    "Disclosure",
    "Grid",
    "Row",
    "SelectComponent",
    "Sidebar",
    "Tab",
    "TableComponent",
    "Tabs",
]
