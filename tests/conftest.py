"""What every test gets: warnings are errors, logged errors and stray tasks fail the test, seeds are printed."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import random
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from scripts.lab_server import free_port as find_free_port

BROWSER_TESTS = Path(__file__).parent / "browser"
# How long a task may take to end after its test did: time for a cancelled one to unwind, not to finish its work.
GRACE_SECONDS = 0.5

hypothesis.settings.register_profile("ci", deadline=None, print_blob=True)
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.hookimpl(tryfirst=True)  # before hypothesis' plugin reads the option
def pytest_configure(config: pytest.Config) -> None:
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(random.randrange(2**32))


def pytest_report_header(config: pytest.Config) -> str:
    return f"hypothesis: repeat with --hypothesis-seed={config.option.hypothesis_seed}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright's sync API leaves a running event loop in the thread until the session ends, and no test with a
    # loop of its own can run from then on: "Runner.run() cannot be called from a running event loop". Those go first.
    items.sort(key=_is_browser_test)
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(_innermost(item)):
            if _is_browser_test(item):
                raise pytest.UsageError(
                    f"{item.nodeid}: browser tests use Playwright's sync API, no 'async def'"
                )
            item.fixturenames.insert(0, "fail_on_stray_tasks")


def pytest_collection_finish() -> None:
    _collect_garbage()


@pytest.fixture
def expected_errors() -> Iterator[list[logging.LogRecord]]:
    """The records logged at level ERROR or above so far.

    A test that causes some takes them out, and looks at them; any that are left fail it.
    """
    handler = _Recorder(logging.ERROR)
    logging.getLogger().addHandler(handler)
    yield handler.records
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def fail_on_logged_errors(expected_errors: list[logging.LogRecord]) -> Iterator[None]:
    """Fail the test if something logged an error, asyncio's "exception was never retrieved" included."""
    yield
    _collect_garbage()  # asyncio speaks of a lost exception when the task goes; pytest then reports unraisable ones
    if expected_errors:
        formatter = logging.Formatter("%(name)s: %(levelname)s: %(message)s")
        texts = "\n\n".join(formatter.format(record) for record in expected_errors)
        pytest.fail(
            f"logged during this test, and not taken out of `expected_errors`:\n{texts}", pytrace=False
        )


@pytest.fixture
async def fail_on_stray_tasks() -> AsyncIterator[None]:
    """Fail the test if, after it and its fixtures, one of its tasks still runs. Every ``async def`` test has it."""
    yield
    strays = asyncio.all_tasks() - {asyncio.current_task()}
    if strays:
        _, strays = await asyncio.wait(strays, timeout=GRACE_SECONDS)
    if strays:
        names = "\n".join(repr(task) for task in strays)
        pytest.fail(
            f"these tasks outlive the test; something must hold them and end them:\n{names}", pytrace=False
        )


@pytest.fixture
def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    return find_free_port()


# How many modules had been imported when everything was frozen last.
_frozen = {"modules": 0}


def _collect_garbage() -> None:
    gc.collect()
    # Modules live on; without what they hold, the next collection takes next to no time. One test imports pandas and
    # matplotlib: with them, it would take 50 ms after each of the thousands that follow.
    if len(sys.modules) > _frozen["modules"]:
        _frozen["modules"] = len(sys.modules)
        gc.freeze()


class _Recorder(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _is_browser_test(item: pytest.Item) -> bool:
    return item.path.is_relative_to(BROWSER_TESTS)


def _innermost(item: pytest.Function) -> object:
    # What @given wraps is a plain function; the test itself is inside.
    return getattr(getattr(item.obj, "hypothesis", None), "inner_test", item.obj)
