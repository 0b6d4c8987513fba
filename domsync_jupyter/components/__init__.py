"""Ready-made parts of a document, built on `domsync_jupyter.dom` alone."""

from __future__ import annotations

from domsync_jupyter.components.accordion import Accordion, AccordionSection
from domsync_jupyter.components.card import Card
from domsync_jupyter.components.code import Code
from domsync_jupyter.components.component import Component
from domsync_jupyter.components.disclosure import Disclosure
from domsync_jupyter.components.layout import Column, Grid, Row
from domsync_jupyter.components.log_view import LogView
from domsync_jupyter.components.markdown import Markdown
from domsync_jupyter.components.progress import ProgressBar
from domsync_jupyter.components.select import SelectComponent
from domsync_jupyter.components.sidebar import Sidebar
from domsync_jupyter.components.spinner import Spinner
from domsync_jupyter.components.stat import Stat
from domsync_jupyter.components.table import TableComponent
from domsync_jupyter.components.tabs import Tab, Tabs
from domsync_jupyter.components.toast import Toast, toast
from domsync_jupyter.components.tracking import Track, track

__all__ = [
    "Accordion",
    "AccordionSection",
    "Card",
    "Code",
    "Column",
    "Component",
    "Disclosure",
    "Grid",
    "LogView",
    "Markdown",
    "ProgressBar",
    "Row",
    "SelectComponent",
    "Sidebar",
    "Spinner",
    "Stat",
    "Tab",
    "TableComponent",
    "Tabs",
    "Toast",
    "Track",
    "toast",
    "track",
]
