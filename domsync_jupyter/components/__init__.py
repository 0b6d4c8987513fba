"""Ready-made parts of a document, built on `domsync_jupyter.dom` alone."""

from __future__ import annotations

from domsync_jupyter.components.card import Card
from domsync_jupyter.components.component import Component
from domsync_jupyter.components.layout import Column, Grid, Row
from domsync_jupyter.components.select import SelectComponent
from domsync_jupyter.components.table import TableComponent

__all__ = ["Card", "Column", "Component", "Grid", "Row", "SelectComponent", "TableComponent"]
