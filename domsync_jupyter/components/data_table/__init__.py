"""`DataTable`: a data frame of any size, to look at, sort, filter, select, copy and edit."""

from __future__ import annotations

from domsync_jupyter.components.data_table.editing import CellEdit
from domsync_jupyter.components.data_table.table import DataTable

__all__ = ["CellEdit", "DataTable"]
