"""A notebook in JupyterLab, as a person uses it: open, run, save, reload.

Everything waits for a condition that JupyterLab itself reports. That the kernel looks idle is not enough: a run
that is asked for before the kernel has answered its first request is dropped without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Dialog, Locator, Page

from scripts.lab_server import LabServer

__all__ = ["COUNTER", "LabNotebook"]

# A cell with the smallest live widget, for tests of what is around it. The page counts clicks, and shows the count that
# Python sends back: a click that shows has been handled. (A cell that is run right after a click may overtake it.)
COUNTER = """\
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    clicks = traitlets.Int(0).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    _esm = '''
    function render({ model, el }) {
        const button = document.createElement("button");
        button.className = "counter";
        const show = () => { button.textContent = `count ${model.get("count")}`; };
        button.addEventListener("click", () => {
            model.set("clicks", model.get("clicks") + 1);
            model.save_changes();
        });
        model.on("change:count", show);
        show();
        el.append(button);
    }
    export default { render };
    '''

    @traitlets.observe("clicks")
    def _count(self, change):
        self.count = change.new

counter = Counter()
counter
"""
SHOWN = """() => Boolean(window.jupyterapp?.shell.currentWidget?.sessionContext)
    && document.querySelector(".jp-Notebook .jp-Cell") !== null"""
ACTIVATED = """Promise.all([
    app.allPluginsActivated,  // the commands come late
    panel.sessionContext.ready.then(async () => {
        // What is asked of a kernel that is about to be replaced is lost, and `info` is that of the one before.
        for (let answered = false; !answered;) {
            const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms, false));
            const asked = panel.sessionContext.session.kernel.requestKernelInfo();
            answered = await Promise.race([asked.then(() => true, () => later(100)), later(2000)]);
        }
    }),
])"""
OPEN_INSTEAD = """(async () => {
    await panel.context.revert();  // or it asks whether to save
    panel.dispose();
    const opened = await app.commands.execute("docmanager:open", { path: argument });
    app.shell.activateById(opened.id);
})()"""
CONNECTED = """() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.connectionStatus
    === 'connected'"""
# evaluate() has no timeout, and wait_for_function() takes a promise for truth: it stays in the page and is polled.
START = """([source, argument]) => {
    const task = (window.labTask = { done: false, error: null });
    const panel = window.jupyterapp.shell.currentWidget;
    Promise.resolve()
        .then(() => new Function("app", "panel", "argument", "return " + source)(
            window.jupyterapp, panel, argument))
        .catch((error) => { task.error = String(error); })
        .finally(() => { task.done = true; });
}"""
RUN_CELL = "(panel.content.activeCellIndex = argument, app.commands.execute('notebook:run-cell'))"
CELL_DONE = """(index) => {
    const cell = window.jupyterapp.shell.currentWidget.content.widgets[index];
    const prompt = cell.node.querySelector(".jp-InputPrompt").textContent;
    return /\\[\\d+\\]/.test(prompt) && cell.model.executionState === "idle";
}"""
SAVED = "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"


@dataclass
class LabNotebook:
    """One notebook file of a `LabServer`, and the page that shows it. Timeouts are in seconds."""

    server: LabServer
    name: str
    _page: Page | None = None

    @classmethod
    def write(cls, server: LabServer, name: str, cells: Sequence[str]) -> Self:
        """Write a notebook with these code cells into the server's root."""
        notebook = new_notebook(
            cells=[new_code_cell(source) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, server.root / name)
        return cls(server, name)

    @property
    def page(self) -> Page:
        """The page in which the notebook was opened."""
        assert self._page is not None, "open() comes first"
        return self._page

    def open(self, page: Page, app: str = "doc/tree", timeout: float = 60) -> Self:
        """Open the notebook and wait until its kernel can run cells.

        Args:
            page: Any page; it is navigated.
            app: "doc/tree" for JupyterLab with this document alone, "lab/tree" for all of JupyterLab,
                "notebooks" for Notebook 7.
            timeout: How long that may take.
        """
        self._page = page
        page.goto(self.server.address(f"{app}/{quote(self.name)}", reset=""))
        self.wait_until_ready(timeout)
        return self

    def open_instead(self, page: Page, timeout: float = 60) -> Self:
        """Open the notebook in a JupyterLab that shows another one, which it closes. That is some seconds quicker."""
        self._page = page
        self._run(OPEN_INSTEAD, self.name, timeout)
        self.wait_until_ready(timeout)
        return self

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Wait until the notebook is shown and its kernel answers."""
        self.page.wait_for_function(SHOWN, timeout=timeout * 1000)
        self._run(ACTIVATED, None, timeout)
        self.page.wait_for_function(CONNECTED, timeout=timeout * 1000)

    def cell(self, index: int) -> Locator:
        """Return the cell with this index, from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        """Return the outputs of a cell: one element each."""
        return self.cell(index).locator(".jp-OutputArea-output")

    def run_all(self, timeout: float = 60) -> None:
        """Run all cells and wait until the last is done, or one has failed."""
        self.execute("notebook:run-all-cells", timeout)

    def run_cell(self, index: int, timeout: float = 60) -> None:
        """Run one cell and wait until it is done."""
        self._run(RUN_CELL, index, timeout)

    def start_cell(self, index: int) -> None:
        """Run one cell, and do not wait: for tests of what happens meanwhile."""
        self._start(RUN_CELL, index)

    def start_all(self) -> None:
        """Run all cells, and do not wait."""
        self._start("app.commands.execute(argument)", "notebook:run-all-cells")

    def wait_for_cell(self, index: int, timeout: float = 60) -> None:
        """Wait until a cell that was started is done."""
        self.page.wait_for_function(CELL_DONE, arg=index, timeout=timeout * 1000)

    def save(self, timeout: float = 30) -> nbformat.NotebookNode:
        """Save the notebook; return what is in the file."""
        self.execute("docmanager:save", timeout)
        self.page.wait_for_function(SAVED, timeout=timeout * 1000)
        saved: nbformat.NotebookNode = nbformat.read(self.server.root / self.name, as_version=4)
        return saved

    def reload(self, timeout: float = 60) -> None:
        """Reload the page, whether the notebook is saved or not, and wait until it is ready again."""
        self.page.on("dialog", _accept)  # "Leave site?"
        try:
            self.page.reload()
        finally:
            self.page.remove_listener("dialog", _accept)
        self.wait_until_ready(timeout)

    def restart_kernel(self, timeout: float = 60) -> None:
        """Restart the kernel and wait until it answers; the page stays."""
        self._run("panel.sessionContext.session.kernel.restart()", None, timeout)
        self.wait_until_ready(timeout)

    def screenshot(self, file: Path) -> None:
        """Write what the page shows into a PNG file."""
        self.page.screenshot(path=file)

    def execute(self, command: str, timeout: float = 60) -> None:
        """Execute a command of JupyterLab and wait until it is done."""
        self._run("app.commands.execute(argument)", command, timeout)

    def shut_down(self) -> None:
        """End the notebook's session and its kernel, if it has one."""
        session = self._session()
        if session is not None:
            self.server.request("DELETE", f"api/sessions/{session['id']}")

    def _start(self, source: str, argument: object) -> None:
        self.page.evaluate(START, [source, argument])

    def _run(self, source: str, argument: object, timeout: float) -> None:
        self._start(source, argument)
        self.page.wait_for_function("() => window.labTask.done", timeout=timeout * 1000)
        error = self.page.evaluate("window.labTask.error")
        assert error is None, f"{source} with {argument!r}: {error}"

    def _session(self) -> dict[str, str] | None:
        sessions: list[dict[str, str]] = self.server.request("GET", "api/sessions")
        return next((session for session in sessions if session["path"] == self.name), None)


def _accept(dialog: Dialog) -> None:
    dialog.accept()
