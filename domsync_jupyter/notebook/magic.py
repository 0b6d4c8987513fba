"""``%%domsync``: a cell whose code is an app. ``%load_ext domsync_jupyter`` brings it."""

from __future__ import annotations

import ast
import asyncio
import builtins
import logging
import threading
import traceback
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document
from domsync_jupyter.notebook.shell import cell_run, notebook_shell
from domsync_jupyter.sync.mirror import Mirror

if TYPE_CHECKING:
    from domsync_jupyter.widget import DomsyncWidget

__all__ = ["load_ipython_extension", "unload_ipython_extension"]

logger = logging.getLogger("domsync_jupyter")

NAME = "domsync"
_FAILED = "the cell was not mounted: what was there before goes on"


def load_ipython_extension(ipython: Any) -> None:
    """Called by IPython for ``%load_ext domsync_jupyter``: there is a cell magic ``%%domsync`` from now on."""
    ipython.register_magic_function(_Apps(ipython).run, "cell", NAME)


def unload_ipython_extension(ipython: Any) -> None:
    """Called by IPython for ``%unload_ext domsync_jupyter``. What is shown stays."""
    ipython.magics_manager.magics["cell"].pop(NAME, None)


class _Apps:
    """The apps of a notebook's cells."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._apps: dict[str, _CellApp] = {}

    def run(self, line: str, cell: str) -> None:
        """Mount the code of this cell: ``%%domsync [NAME]``.

        The code runs with ``document`` (or ``doc``) and ``root`` at hand, the element in which everything goes, and the
        document is shown below the cell. It may ``await``. It reads the notebook's variables; its own stay its own.

        Run the cell again, and its document takes the place of the one before, in all views of it. What was typed,
        ticked and chosen stays. If the code raises before it has built its document, what was there before goes on.

        With a NAME, the `DomsyncWidget` is that variable of the notebook: show it in other cells, too.
        """
        __tracebackhide__ = True
        name = line.strip()
        if name and not name.isidentifier():
            raise ValueError(f"expected %%{NAME}, or with the name of a variable, got {name!r}")
        if notebook_shell() is None:
            raise RuntimeError(f"%%{NAME} needs a notebook, which can show widgets")
        run = cell_run()
        key = name or ("" if run is None else run.cell)
        app = self._apps.get(key) if key else None
        if app is None or app.widget.comm is None:
            app = _CellApp(self._shell)
            if key:
                self._apps[key] = app
        if name:
            self._shell.user_ns[name] = app.widget
        app.mount(cell)


class _Namespace(dict[str, Any]):
    """The variables of a cell's app: what it does not have is looked up in the notebook's."""

    def __init__(self, notebook: dict[str, Any], **names: Any) -> None:
        super().__init__(names)
        self._notebook = notebook

    def __missing__(self, name: str) -> Any:
        return self._notebook[name]


class _CellApp:
    """The app of one cell, and what shows it."""

    def __init__(self, shell: Any) -> None:
        from domsync_jupyter.widget import DomsyncWidget  # noqa: PLC0415 - it loads anywidget

        self._shell = shell
        self._thread = threading.get_ident()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._is_mounted = False
        #: Why it shows something from before.
        self._error = ""
        self.widget: DomsyncWidget = DomsyncWidget(Document())
        self.widget._host.watchers.append(self._tell)

    def mount(self, source: str) -> None:
        """Show the widget, and run a cell's code with a new document, which the widget's views then show."""
        from IPython.display import display  # noqa: PLC0415 - there is one

        __tracebackhide__ = True
        display(self.widget)  # type: ignore[no-untyped-call]  # IPython's own
        document = Document()
        mounting = _Mounting(self, document)
        try:
            result = self._run(source, document)
        except BaseException as error:
            # What it has shown already stays. That there was nothing before is seen.
            if not mounting.done and self._is_mounted:
                self._failed(error)
            raise
        finally:
            mounting.watch(flushes=False)
        task: asyncio.Task[None] | None = None
        if isinstance(result, Coroutine):
            task = self._loop.create_task(self._await(result, mounting))
            # Once it has begun, and waits for something.
            self._loop.call_soon(mounting.finish, task)
        else:
            mounting.finish(None)

    def take(self, document: Document, task: asyncio.Task[None] | None) -> None:
        """Show this document from now on; what still runs for the last one ends."""
        if self._task is not None:
            self._task.cancel()
        self._task = task
        self._is_mounted = True
        widget = self.widget
        widget._host.show(document)
        widget._document = document
        if widget._saved is not None:
            widget._saved.follow(document)
        if self._error:
            self._error = ""
            widget._host.notify("error", _FAILED, count=0)

    def _run(self, source: str, document: Document) -> Any:
        __tracebackhide__ = True  # IPython shows the frames of the cell alone.
        shell = self._shell
        text = shell.transform_cell(source)
        file = shell.compile.cache(text, shell.execution_count, raw_code=source)
        code = compile(text, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        names = _Namespace(
            shell.user_ns,
            __builtins__=builtins,
            __name__="__main__",
            document=document,
            doc=document,
            root=document.getRootElement(),
        )
        return eval(code, names)  # noqa: S307 - it is the person's own cell

    async def _await(self, coroutine: Coroutine[Any, Any, None], mounting: _Mounting) -> None:
        try:
            await coroutine
        except Exception as error:
            if mounting.done or not self._is_mounted:
                logger.exception("the code of a cell raised")
                title = traceback.format_exception_only(error)[-1].strip()
                self.widget._host.notify("error", f"the cell raised {title}"[:300], _trace(error))
            else:
                mounting.failed = True
                self._failed(error)

    def _failed(self, error: BaseException) -> None:
        logger.info("a cell was not mounted", exc_info=error)
        self._error = _trace(error)
        self._tell()

    def _tell(self) -> None:
        """Show the error, to views that come later, too."""
        if self._error:
            self.widget._host.notify("error", _FAILED, self._error)


class _Mounting:
    """A document that is being built. It is shown when its code has ended, waits, or calls ``document.flush()``."""

    def __init__(self, app: _CellApp, document: Document) -> None:
        self.done = self.failed = False
        self._app = app
        self._document = document
        self.watch(flushes=True)

    def watch(self, *, flushes: bool) -> None:
        """Begin, or end, to listen for ``document.flush()``."""
        mirror = Mirror.of(self._document)
        change = mirror.subscribe if flushes else mirror.unsubscribe
        change(_nothing, self._flushed)

    def finish(self, task: asyncio.Task[None] | None) -> None:
        """Show it, unless its code has failed."""
        if not self.failed:
            self._show()
            self._app._task = task

    def _flushed(self) -> None:
        # A cell that takes its time shows how far it is.
        if not self.done and threading.get_ident() == self._app._thread:
            self._show()
            self._document.flush()

    def _show(self) -> None:
        if not self.done:
            self.done = True
            self._app.take(self._document, None)


def _nothing() -> None:
    pass


def _trace(error: BaseException) -> str:
    """The traceback, without the calls that lead to the cell."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
