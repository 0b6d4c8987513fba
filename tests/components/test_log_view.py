"""`LogView`: the last lines, and those of the program's loggers."""

from __future__ import annotations

import gc
import logging
import threading
import weakref

import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import LogView


def make_logger(name: str) -> logging.Logger:
    # Not one of the program's, which others hear, and which stays.
    return logging.Logger(name)  # noqa: LOG001


@pytest.fixture
def logger() -> logging.Logger:
    return make_logger("app.part")


def test_keeps_the_last_lines() -> None:
    log = LogView(Document(), max_lines=3, label="Training")
    for number in range(5):
        log.append(f"line {number}")
    assert log.lines == ["line 2", "line 3", "line 4"]
    log.max_lines = 1
    log.append("two\nlines", "bad")
    assert log.lines == ["two\nlines"]
    assert log.content.innerHTML == '<div class="domsync-bad">two\nlines</div>'
    log.clear()
    assert log.lines == []
    assert log.getElement().getAttribute("aria-label") == "Training"
    assert log.getElement().getAttribute("role") == "log"


def test_says_what_is_wrong() -> None:
    log = LogView(Document())
    with pytest.raises(ValueError, match="'fatal': there are debug, info, good, warn, bad"):
        log.append("x", "fatal")  # type: ignore[arg-type]  # what the test is about
    with pytest.raises(ValueError, match="not 0"):
        LogView(Document(), max_lines=0)
    assert log.lines == []


def test_shows_what_is_logged(logger: logging.Logger) -> None:
    log = LogView(Document())
    handler = log.handler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.debug("unseen")
    logger.info("begun")
    logger.warning("it is %s", "late")
    logger.critical("over")
    assert log.lines == ["INFO app.part begun", "WARNING app.part it is late", "CRITICAL app.part over"]
    levels = [line.className for line in log.content.children]
    assert levels == ["domsync-info", "domsync-warn", "domsync-bad"]


def test_a_handler_takes_what_it_is_told_to(logger: logging.Logger) -> None:
    log = LogView(Document())
    handler = log.handler("DEBUG")
    handler.addFilter(lambda record: record.msg != "private")
    logger.addHandler(handler)
    logger.debug("seen")
    logger.info("private")
    (line,) = log.lines
    assert line.endswith(" DEBUG app.part: seen")
    assert log.content.children[0].className == "domsync-debug"


def test_what_shows_the_log_does_not_fill_it() -> None:
    log = LogView(Document())
    own = make_logger("domsync_jupyter.transports")
    own.addHandler(log.handler(logging.DEBUG))
    own.info("sent a frame")
    own.warning("a page is slow")
    assert len(log.lines) == 1


def test_a_record_that_cannot_be_written_ends_nothing(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[logging.LogRecord] = []
    log = LogView(Document())
    handler = log.handler()
    monkeypatch.setattr(handler, "handleError", failed.append)
    logger.addHandler(handler)
    logger.info("%d", "no number")
    logger.info("goes on")
    assert len(failed) == 1
    assert len(log.lines) == 1


def test_two_threads_that_log_do_not_wait_for_each_other(logger: logging.Logger) -> None:
    log = LogView(Document())
    logger.addHandler(log.handler())
    is_formatting, is_over = threading.Event(), threading.Event()

    class Slow:
        def __str__(self) -> str:
            is_formatting.set()
            assert is_over.wait(10)
            return "slow"

    thread = threading.Thread(target=lambda: logger.info(Slow()))
    # What it logs while it has the document's lock needs nothing that the other thread has.
    with log.getDocument().batch():
        thread.start()
        assert is_formatting.wait(10)
        logger.info("quick")
        is_over.set()
    thread.join(10)
    assert not thread.is_alive()
    assert [line.rpartition(" ")[2] for line in log.lines] == ["quick", "slow"]


def test_is_seen_at_once_but_not_always() -> None:
    document, flushes = Document(), []
    log = LogView(document)
    document._on_flush = lambda: flushes.append(len(log.lines))
    for _ in range(100):
        log.append("x")
    assert flushes[0] == 1
    assert len(flushes) < 20


def test_a_logger_keeps_no_document() -> None:
    document = Document()
    gone = weakref.ref(document)
    logger = make_logger("app")
    view = LogView(document)
    logger.addHandler(view.handler())
    del view
    gc.collect()
    logger.warning("the document keeps the log")
    assert document.body.textContent is not None
    assert "keeps the log" in document.body.textContent
    del document
    gc.collect()
    assert gone() is None
    logger.warning("to nobody")


def test_a_log_that_was_removed_gets_no_more() -> None:
    view = LogView(Document())
    logger = make_logger("app")
    logger.addHandler(view.handler())
    view.remove()
    logger.error("late")
    assert view.lines == []
