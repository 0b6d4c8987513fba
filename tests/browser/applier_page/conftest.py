"""The page of the applier, open in the test's browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.applier_page.stage import serve, until


@pytest.fixture(scope="session")
def applier_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("applier")) as address:
        yield address


@pytest.fixture
def stage(shared_page: Page, applier_address: str) -> Iterator[Page]:
    """A page that has the functions of `js/test/applier_page.ts`, and breaks no policy."""
    yield from _staged(shared_page, applier_address)


@pytest.fixture
def own_stage(page: Page, applier_address: str) -> Iterator[Page]:
    """Such a page of the test's own, for what would be there in the next one: a clock that stands."""
    yield from _staged(page, applier_address)


def _staged(page: Page, address: str) -> Iterator[Page]:
    page.goto(address)
    until(page, "window.stageView")
    # Where tests share a page, one that is left keeps its session for a reload.
    page.evaluate("sessionStorage.clear()")
    yield page
    assert page.evaluate("violations") == []
