"""Ready-made parts of a document, built on `domsync_jupyter.dom` alone."""

from __future__ import annotations

from domsync_jupyter.components.accordion import Accordion, AccordionSection
from domsync_jupyter.components.bind import Binding, bind
from domsync_jupyter.components.button import Button
from domsync_jupyter.components.card import Card
from domsync_jupyter.components.checkbox import Checkbox, Switch
from domsync_jupyter.components.code import Code
from domsync_jupyter.components.color_input import ColorInput
from domsync_jupyter.components.component import Component
from domsync_jupyter.components.data_table import CellEdit, DataTable
from domsync_jupyter.components.date_input import DateInput
from domsync_jupyter.components.dialog import Dialog
from domsync_jupyter.components.disclosure import Disclosure
from domsync_jupyter.components.file_input import FileInput
from domsync_jupyter.components.input import Input, Refusal
from domsync_jupyter.components.layout import Column, Grid, Row
from domsync_jupyter.components.log_view import LogView
from domsync_jupyter.components.markdown import Markdown
from domsync_jupyter.components.multi_select import MultiSelect
from domsync_jupyter.components.number_input import NumberInput
from domsync_jupyter.components.progress import ProgressBar
from domsync_jupyter.components.radio_group import RadioGroup
from domsync_jupyter.components.range_slider import RangeSlider
from domsync_jupyter.components.select import SelectComponent
from domsync_jupyter.components.select_input import Select
from domsync_jupyter.components.sidebar import Sidebar
from domsync_jupyter.components.slider import Slider
from domsync_jupyter.components.spinner import Spinner
from domsync_jupyter.components.stat import Stat
from domsync_jupyter.components.table import TableComponent
from domsync_jupyter.components.tabs import Tab, Tabs
from domsync_jupyter.components.text_input import TextArea, TextInput
from domsync_jupyter.components.time_series import TimeSeries
from domsync_jupyter.components.toast import Toast, toast
from domsync_jupyter.components.tracking import Track, track

__all__ = [
    "Accordion",
    "AccordionSection",
    "Binding",
    "Button",
    "Card",
    "CellEdit",
    "Checkbox",
    "Code",
    "ColorInput",
    "Column",
    "Component",
    "DataTable",
    "DateInput",
    "Dialog",
    "Disclosure",
    "FileInput",
    "Grid",
    "Input",
    "LogView",
    "Markdown",
    "MultiSelect",
    "NumberInput",
    "ProgressBar",
    "RadioGroup",
    "RangeSlider",
    "Refusal",
    "Row",
    "Select",
    "SelectComponent",
    "Sidebar",
    "Slider",
    "Spinner",
    "Stat",
    "Switch",
    "Tab",
    "TableComponent",
    "Tabs",
    "TextArea",
    "TextInput",
    "TimeSeries",
    "Toast",
    "Track",
    "bind",
    "toast",
    "track",
]
