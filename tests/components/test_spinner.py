"""`Spinner`: seen as long as something goes on."""

from __future__ import annotations

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import Spinner
from domsync_jupyter.testing import connect


def test_is_seen_as_long_as_the_block_runs() -> None:
    document = Document()
    with connect(document) as page:
        with Spinner(document, "Reading") as spinner:
            page.wait_for_text("Reading")
            assert page.get(".domsync-spinner").getAttribute("role") == "status"
            spinner.text = "Sorting"
            assert spinner.text == "Sorting"
            page.wait_for_text("Sorting")
        page.until(lambda: page.text == "")


def test_goes_when_the_block_raises_too() -> None:
    document = Document()
    with pytest.raises(ZeroDivisionError), Spinner(document):
        raise ZeroDivisionError
    with Spinner(document) as spinner:
        spinner.remove()
    assert not document.getRootElement().children
