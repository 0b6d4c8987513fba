"""`Preview`, with a list in place of a comm. In JupyterLab: `test_a_loop_that_sleeps_shows_its_progress`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domsync_jupyter import Document
from domsync_jupyter.notebook import preview as preview_module
from domsync_jupyter.notebook.preview import Preview
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.replica import Replica

SNAPSHOT = 2


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Document:
    monkeypatch.setattr(preview_module, "PAUSE_SECONDS", 0)
    return Document()


@pytest.fixture
def sent() -> list[list[Any]]:
    return []


@pytest.fixture
def preview(document: Document, sent: list[list[Any]]) -> Preview:
    return Preview(document, lambda message: sent.append(json.loads(message)))


def change(document: Document, text: str) -> None:
    document.getRootElement().textContent = text
    document.flush()


def test_each_flush_sends_the_whole_document(
    document: Document, preview: Preview, sent: list[list[Any]]
) -> None:
    change(document, "before it is displayed")
    assert sent == []
    preview.displayed()
    preview.displayed()
    for text in ("a", "b"):
        change(document, text)
        tag, seq, ack, ops = sent[-1]
        assert (tag, seq, ack) == (SNAPSHOT, 0, 0)
        replica = Replica()
        replica.apply(ops)
        assert replica.root.html() == text
    assert len(sent) == 2
    preview.stop()
    preview.stop()
    change(document, "a view has begun its session")
    assert len(sent) == 2
    preview.displayed()
    change(document, "displayed again")
    assert len(sent) == 3


def test_not_too_often(
    document: Document, preview: Preview, sent: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_module, "PAUSE_SECONDS", 60)
    preview.displayed()
    for number in range(10):
        change(document, str(number))
    assert len(sent) == 1


def test_neither_in_a_batch_nor_what_is_large(
    document: Document, preview: Preview, sent: list[list[Any]]
) -> None:
    preview.displayed()
    with document.batch():
        change(document, "half of it")
    assert sent == []
    Mirror.of(document).part_bytes = 100
    for _ in range(20):
        document.getRootElement().appendChild(document.createElement("p", innerText="large"))
    document.flush()
    assert sent == []
