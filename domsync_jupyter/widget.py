"""`DomsyncWidget`: a document in an output cell of a notebook.

One comm per widget, however many nodes and views; each view is a client of its own, told apart by the string that
it made for itself ("Carriers" in `docs/protocol.md`).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import anywidget
import traitlets

from domsync_jupyter.dom.document import Document
from domsync_jupyter.domsync_server import DomsyncServer
from domsync_jupyter.errors import DomsyncError, ProtocolError
from domsync_jupyter.notebook import leftovers
from domsync_jupyter.notebook.preview import Preview
from domsync_jupyter.notebook.saved_output import SavedOutput
from domsync_jupyter.sync import messages
from domsync_jupyter.transports.comm import CommLink
from domsync_jupyter.transports.host import ConnectionHandler, Host
from domsync_jupyter.transports.jupyter_proxy import proxy_path
from domsync_jupyter.transports.kernel_status import hush
from domsync_jupyter.transports.kernel_subshell import stay_in_subshell
from domsync_jupyter.transports.loop_thread import LoopThread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from domsync_jupyter.sync.limits import Limits
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.transports.viewer import Viewer

__all__ = ["DomsyncWidget"]

logger = logging.getLogger("domsync_jupyter")


class DomsyncWidget(anywidget.AnyWidget):
    """Shows a `Document` in an output cell, and brings its events to Python.

    Changes appear by themselves: after the cell, after a callback, and otherwise at most once a frame. Displayed
    twice, or with "Create New View for Output", the views of one document stay the same.

    Args:
        app: What to show. Nothing: a new `Document`, as `document`. A `Document`: that one, shared with everyone
            else who shows it. A connection handler (``async def app(server, client)``): called for each view, which
            has a document of its own. A `DomsyncServer`: what it shows, the view being one of its clients.
        root_id: ``id`` of the root element of documents that are made here.
        transport: ``"comm"``: through the kernel. ``"websocket"``: to the server given. ``"auto"``: to the server
            given, if the page can reach it, else through the kernel. `connection` tells which was taken and why.
        isolate: Show it in a shadow root, so that its styles and ids and those of the notebook do not mix.
        stylesheet: CSS of the shadow root in place of ours, which makes bare HTML look at home in JupyterLab; ``""``
            for that of the browser.
        save: Let a saved notebook show the last state as static HTML, without scripts, where there is no kernel. It is
            an output of its own, which a live view hides.
        thread: Where connection handlers and callbacks run. ``False``: in the event loop in which the widget is
            made, which is the kernel's: in its main thread, after the cell that runs, as ipywidgets' do. ``True``: in
            a thread of the widget's own, also while a cell runs, if the kernel hands messages over meanwhile:
            ipykernel 7 does, in hosts that use its subshells. Those of a `DomsyncServer` run where the server does.
        callbacks: As for a `DomsyncServer`; so are the next four and the last. One that is shown here has its own.
        resume_seconds: As there.
        max_waiting: As there.
        silence_seconds: As there.
        max_message_bytes: As there.
        max_views: Views that may be open at once, in all tabs together; one more is not answered.
        limits: As there.
        **kwargs: Further traits, such as ``layout``.

    Raises:
        TypeError: If `app` is none of these.
        ValueError: If `transport` is not one of the three, or ``"websocket"`` without a server; if `callbacks` is
            neither of the two; if `thread`, or an option that a server has itself, is given for a server: see
            `DomsyncServer.start` and there.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    # Scrollbars, checkboxes and the like follow JupyterLab's theme; shadow trees inherit it.
    _css = (
        "body[data-jp-theme-light=true] .domsync-view{color-scheme:light}"
        "body[data-jp-theme-light=false] .domsync-view{color-scheme:dark}"
    )
    _options = traitlets.Dict().tag(sync=True, secret=True)
    #: Which way the last view that opened took to Python, and why.
    connection = traitlets.Unicode("not connected yet", read_only=True)
    _code_was_sent: ClassVar[bool] = False

    def __init__(
        self,
        app: ConnectionHandler | Document | DomsyncServer | None = None,
        *,
        root_id: str = "domsync_root_id",
        transport: str = "auto",
        isolate: bool = True,
        stylesheet: str | None = None,
        save: bool = True,
        thread: bool = False,
        callbacks: Literal["loop", "thread"] = "loop",
        resume_seconds: float = 180,
        max_waiting: int = 1_000,
        silence_seconds: float = 150,
        max_message_bytes: int = 1 << 20,
        max_views: int = 1_000,
        limits: Limits | None = None,
        **kwargs: Any,
    ) -> None:
        if transport not in ("auto", "comm", "websocket"):
            raise ValueError(f"transport must be 'auto', 'comm' or 'websocket', not {transport!r}")
        server = app if isinstance(app, DomsyncServer) else None
        if transport == "websocket" and server is None:
            raise ValueError(
                "transport='websocket' needs a DomsyncServer to connect to: DomsyncWidget(server)"
            )
        own = (thread, callbacks, resume_seconds, max_waiting, silence_seconds, max_message_bytes, limits)
        if server is not None and own != (False, "loop", 180, 1_000, 150, 1 << 20, None):
            raise ValueError(
                "thread, callbacks, resume_seconds, max_waiting, silence_seconds, max_message_bytes and limits are for "
                "an app of the widget's own: a server runs in a thread if it is started with server.start(), and has "
                "its own options"
            )
        if app is None:
            app = Document(root_id)
        self._host: Host = (
            app
            if isinstance(app, DomsyncServer)
            else Host(
                app,
                root_id=root_id,
                resume_seconds=resume_seconds,
                max_waiting=max_waiting,
                silence_seconds=silence_seconds,
                callbacks=callbacks,
                limits=limits,
            )
        )
        shown = self._host.connection_handler
        self._max_message_bytes = max_message_bytes if server is None else server.max_message_bytes
        self.max_views = max_views
        self._document = shown if isinstance(shown, Document) else None
        self._server = server
        self._own_loop = None if thread else _running_loop()
        #: Of this widget alone; starts when it is needed, which is never if there is another loop to run in.
        self._thread = LoopThread("domsync widget")
        self._tasks: set[asyncio.Task[None]] = set()
        #: The views that talk over the comm now.
        self._views: dict[str, tuple[CommLink, Viewer]] = {}
        #: With it this widget's views are let in by the server, wherever their page is from; see `gate`.
        self._ticket = ""
        url = proxy = ""
        if server is not None and transport != "comm":
            self._ticket = server.issue_ticket()
            url = _socket_url(server)
            proxy = proxy_path(server.host, server.port, secure=url.startswith("wss"))
        key = secrets.token_urlsafe(9)
        super().__init__(
            _esm=_script("loader.js"),
            _options={
                "code": _code_name(),
                "transport": transport,
                "url": url,
                #: The path below Jupyter's base URL by which jupyter-server-proxy may lead to the same server.
                "proxy": proxy,
                "token": self._ticket,
                "isolate": isolate,
                "stylesheet": stylesheet,
                "key": key,
            },
            **kwargs,
        )
        loop = self._loop()
        self._preview = None if self._document is None else Preview(self._document, self._send_to_all)
        self._saved = SavedOutput(key, loop) if save else None
        if (
            server is None
        ):  # The views of one that has a server may be over WebSockets, of which it knows nothing.
            leftovers.made(self, loop)
        hush(self.comm, loop)
        if loop is not _running_loop() or not _in_main_thread():
            stay_in_subshell(self.comm)
        self.on_msg(self._on_message)

    @property
    def document(self) -> Document:
        """The document that all views show.

        Raises:
            DomsyncError: If each view has a document of its own.
        """
        if self._document is None:
            raise DomsyncError(
                "each view of this widget has a document of its own: the connection handler gets it with "
                "server.get_document(client)"
            )
        return self._document

    @property
    def has_views(self) -> bool:
        """Whether a page shows it over the comm. Any thread."""
        return bool(self._views)

    def get_clients(self) -> list[Client]:
        """The connected clients. For ``DomsyncWidget(server)``, all of the server's."""
        return self._host.get_clients()

    def close(self) -> None:
        """Take the widget out of all pages, and end its clients. Any thread; idempotent. Does not wait for the ends."""
        super().close()
        if not hasattr(self, "_views"):
            return  # ipywidgets also closes what is collected as garbage, a widget that __init__ refused among it.
        if self._saved is not None:
            self._saved.close()
        if self._preview is not None:
            self._preview.stop()
        if self._server is not None:
            self._server.revoke_ticket(self._ticket)
        views, self._views = self._views, {}
        for _, viewer in views.values():
            _run_in(viewer.client.loop, self._end, viewer)
        if self._server is None and self._own_loop is not None:
            _run_in(self._own_loop, self._end_others)
        self._thread.stop(self._end_all, timeout=0)

    def _loop(self) -> asyncio.AbstractEventLoop:
        """The event loop to which new views belong. Any thread.

        That of the server, as a document's viewers there and here have one `Audience`, which has one loop.
        """
        loop = None if self._server is None else self._server.loop
        return loop or self._own_loop or self._thread.start().loop

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        leftovers.displayed(self)
        if self._preview is not None:
            self._preview.displayed()
        if not DomsyncWidget._code_was_sent:
            # It has not been asked for: the cell that displays the first widget may go on for long.
            self._send_code()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None or self._saved is None or not self._saved.show(self._document):
            return bundle
        data, metadata = bundle
        # Who does not show the widget shows nothing here: the output beside it has what there is to see.
        return {**data, "text/html": ""}, metadata

    # Messages of the comm. The kernel calls this in its main thread, or, where comms have
    # subshells, in a thread of a subshell: from there everything goes to the loop.

    def _on_message(self, _widget: object, content: Any, buffers: list[memoryview]) -> None:
        _run_in(self._loop(), self._receive, content, buffers)

    def _send_to_all(self, message: bytes) -> None:
        self.send({"view": "*"}, [message])

    def _send_code(self) -> None:
        """Send the module that does the work, for which `js/src/loader.ts` waits, to all pages of this widget."""
        DomsyncWidget._code_was_sent = True
        self.send({"code": _code_name()}, [_script("widget.js").encode()])

    def _receive(self, content: Any, buffers: list[memoryview]) -> None:
        if isinstance(content, dict) and content.get("want") == "code":
            self._send_code()
            return
        if not isinstance(content, dict) or not isinstance(view := content.get("view"), str):
            logger.warning("dropped a message that belongs to no view: %.200r", content)
            return
        if isinstance(words := content.get("connection"), str):
            self.set_trait("connection", words[:1000])
            return
        link = self._link_of(view) or self._greet(view, content.get("text"))
        if link is not None:
            link.feed(content, buffers)

    def _link_of(self, view: str) -> CommLink | None:
        link, _ = self._views.get(view, (None, None))
        # One that was given up ends in a moment; the page may be back already.
        return link if link is not None and link.is_open else None

    def _greet(self, view: str, text: object) -> CommLink | None:
        """Open, or find, the session of a view that says Hello; anything else from an unknown view is late."""
        try:
            hello = messages.decode(text) if isinstance(text, str) else None
        except ProtocolError as error:
            logger.warning("dropped a message of an unknown view: %s", error)
            return None
        if not isinstance(hello, messages.Hello):
            return None
        if len(self._views) >= self.max_views:
            logger.warning("refused a view: there are %d already; max_views is their number", self.max_views)
            return None
        loop = asyncio.get_running_loop()
        if not _in_main_thread():
            stay_in_subshell(self.comm)  # The server may have been started after the widget was made.
        link = CommLink(self.send, view, loop, max_message_bytes=self._max_message_bytes)
        viewer = self._host.resume(hello.session)
        if viewer is not None:
            viewer.client.attach(link)
        else:
            viewer = self._host.open(self._host.new_client(link))
            if self._document is None and self._saved is not None:
                self._saved.follow(viewer.document)
        self._views[view] = link, viewer
        if self._preview is not None:
            self._preview.stop()
        self._spawn(self._run(view, link, viewer))
        return link

    async def _run(self, view: str, link: CommLink, viewer: Viewer) -> None:
        try:
            await viewer.run_socket()
        finally:
            # A page that moves between carriers quickly may have come back before this ended.
            if self._views.get(view) == (link, viewer):
                del self._views[view]
            await self._host.socket_ended(viewer)

    def _end(self, viewer: Viewer) -> None:
        viewer.client.detach()
        self._spawn(self._host.end(viewer))

    def _end_others(self) -> None:
        self._spawn(self._end_all())

    async def _end_all(self) -> None:
        """Nobody can come back: sessions that wait for their page end too, unless they are a server's."""
        if self._server is None:
            await self._host.end_all(1001, "the widget was closed")

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _run_in(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *arguments: Any) -> None:
    """Call a function in a loop: at once, if that is the one that runs here."""
    if _running_loop() is loop:
        function(*arguments)
        return
    try:
        loop.call_soon_threadsafe(function, *arguments)
    except RuntimeError:
        logger.debug("the event loop is closed, and with it ended what %s is about", function.__name__)


@cache
def _script(name: str) -> str:
    path = files("domsync_jupyter") / "static" / name
    assert isinstance(path, Path)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DomsyncError(
            f"{path} is missing: the package was not built. In a checkout, run 'make build' (it needs Node)"
        ) from error


@cache
def _code_name() -> str:
    """Names the code of the views: widgets of several versions may be on one page."""
    return sha256(_script("widget.js").encode()).hexdigest()[:16]


def _socket_url(server: DomsyncServer) -> str:
    return "ws" + server.url.partition("#")[0].removeprefix("http")
