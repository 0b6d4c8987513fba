"""Servers that are started in a notebook, in a real JupyterLab: links, cells that are run again, and their end."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenNotebook

START = """\
from domsync_jupyter import DomsyncServer

async def app(server, client):
    doc = server.get_document(client)
    button = doc.createElement("button", id="b", innerText="0")
    button.addEventListener("click", lambda _: setattr(button, "innerText", str(int(button.innerText) + 1)))
    doc.getRootElement().append(button)

server = DomsyncServer(app, "localhost", {port}).start()
"""


def follow(context: BrowserContext, link: Locator) -> Page:
    """Open a link, and use the page that it leads to."""
    with context.expect_page() as opened:
        link.click()
    page = opened.value
    page.locator("#b").click()
    expect(page.locator("#b")).to_have_text("1")
    return page


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_links_that_work_and_cells_that_are_run_again(
    open_beside: OpenNotebook, free_port: int, page_errors: list[str], shots: Path
) -> None:
    lab = open_beside([START.format(port=free_port), "server"])
    lab.run_cell(0)
    links = lab.output(0).locator("a")
    expect(links).to_have_text([f"http://localhost:{free_port}/", f"/proxy/{free_port}/"])
    context = lab.page.context
    direct = follow(context, links.first)
    proxied = follow(context, links.last)
    assert proxied.url == lab.server.url + f"proxy/{free_port}/"
    assert "token" not in direct.url

    lab.run_cell(1)
    panel = lab.output(1)
    expect(panel).to_contain_text("2 clients")
    expect(panel.locator("li")).to_have_count(2)
    lab.screenshot(shots / "server-panel.png")

    # The port is taken, by the server of the cell's last run; its pages find the new one.
    lab.run_cell(0)
    expect(lab.output(0)).to_have_count(1)
    expect(lab.output(0).locator("a").first).to_be_visible()
    for page in direct, proxied:
        expect(page.locator("#b")).to_have_text("0", timeout=20_000)
        page.locator("#b").click()
        expect(page.locator("#b")).to_have_text("1")
    expect(panel).to_contain_text("domsync server stopped")
    lab.run_cell(1)
    expect(panel).to_contain_text("2 clients")
    for page in direct, proxied:
        page.close()
    expect(panel).to_contain_text("0 clients")

    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("domsync server stopped")
    assert not is_open(free_port)
    expect(lab.output(0)).to_contain_text("domsync server stopped")

    # With the kernel, it ends.
    lab.run_cell(0)
    assert is_open(free_port)
    lab.restart_kernel()
    assert not is_open(free_port)
    # What pages tried while there was no server.
    page_errors[:] = [error for error in page_errors if not re.search(r"WebSocket|ERR_CONNECTION", error)]


def test_a_cell_that_serves_is_run_again(open_beside: OpenNotebook, free_port: int) -> None:
    source = START.replace(".start()", "") + "await server.serve()\n"
    lab = open_beside([source.format(port=free_port)])
    for _ in range(3):
        lab.run_cell(0)
        expect(lab.output(0)).to_have_count(1)
        expect(lab.output(0).locator("a").first).to_have_text(f"http://localhost:{free_port}/")


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go, to be looked at."""
    return tmp_path
