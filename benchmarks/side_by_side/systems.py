"""The systems side by side: how each is started, and where its page is. Knows nothing of how they are measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.side_by_side.environments import OWN, python_of

__all__ = ["DEFAULT", "PHASES", "SYSTEMS", "System", "named"]

HERE = Path(__file__).parent
PACKAGE = "benchmarks.side_by_side"

PHASES = ("ops", "wire", "latency", "paused", "stream", "lots")


@dataclass(frozen=True)
class System:
    """One system under test.

    Args:
        name: What the command line calls it.
        title: What the report calls it.
        kind: ``"limit"``, ``"ours"``, ``"peer"``, or ``"echo"``: a bare transport, measured for its round trip only.
        environment: The environment whose Python runs it.
        command: Arguments of that Python; ``{port}`` is filled in. Empty: there is no server.
        url: Address of the page; ``{port}`` is filled in.
        notebook: Source of the cell that shows it, if it runs in JupyterLab.
        packages: Distributions whose versions are reported.
        rows: Rows of the operations with 1,000 rows, if it is measured at a reduced size.
        lots: Rows of the operation with 10,000 rows; ``None``: not tried.
        one_port: Whether its page talks to one port, so that TCP tells the bytes.
        tail: Order of the two heavy phases; the last may break the page.
    """

    name: str
    title: str
    kind: str = "peer"
    environment: str = OWN
    command: tuple[str, ...] = ()
    url: str = "http://127.0.0.1:{port}/"
    notebook: str = ""
    packages: tuple[str, ...] = field(default=())
    rows: int = 1_000
    lots: int | None = 10_000
    one_port: bool = True
    tail: tuple[str, ...] = ("stream", "lots")

    @property
    def python(self) -> Path:
        return python_of(self.environment)

    @property
    def in_lab(self) -> bool:
        return bool(self.notebook)

    @property
    def has_server(self) -> bool:
        return bool(self.command or self.notebook)


def _file(name: str) -> str:
    return f"{(HERE / 'apps' / name).as_uri()}?port={{port}}"


def _app(name: str, *more: str) -> tuple[str, ...]:
    return ("-m", f"{PACKAGE}.{name}", "--port", "{port}", *more)


def _solara(name: str) -> tuple[str, ...]:
    file = str(HERE / "peers" / name)
    options = ("--port={port}", "--host=127.0.0.1", "--no-open", "--production")
    return ("-m", "solara", "run", file, *options)


def _peer(name: str, title: str, *packages: str, url: str = System.url, environment: str = "") -> System:
    environment = environment or name
    command = _app(f"peers.{name}_app")
    return System(name, title, environment=environment, command=command, url=url, packages=(name, *packages))


_JUPYTER = ("jupyterlab", "anywidget", "ipywidgets", "ipykernel")
_APP = (
    f"from {PACKAGE}.apps.ours import by_cloning\nfrom domsync_jupyter import DomsyncServer, DomsyncWidget\n"
)
_SERVE = "server = DomsyncServer(by_cloning, '127.0.0.1', 0, verbose=False)\nawait server.serve()\n"

SYSTEMS = {
    system.name: system
    for system in (
        System("vanilla", "vanilla JS", "limit", url=_file("vanilla.html")),
        System(
            "wire",
            "hand-tuned wire",
            "limit",
            command=_app("apps.wire"),
            url=_file("wire.html"),
            packages=("websockets", "msgspec"),
        ),
        System(
            "ours_create",
            "ours, createElement",
            "ours",
            command=_app("apps.ours", "--rows", "create"),
            packages=("domsync-jupyter", "websockets"),
        ),
        System(
            "ours_clone",
            "ours, cloneNode",
            "ours",
            command=_app("apps.ours", "--rows", "clone"),
            packages=("domsync-jupyter", "websockets"),
        ),
        System(
            "domsync",
            "domsync 0.1.2",
            environment="domsync",
            command=_app("peers.domsync_app"),
            url=(HERE / "peers" / "domsync_page.html").as_uri() + "?port={port}",
            packages=("domsync", "websockets"),
        ),
        System(
            "htmlws",
            "HTML fragments",
            environment="htmlws",
            command=_app("peers.htmlws_app"),
            packages=("starlette", "uvicorn"),
        ),
        _peer(
            "trame",
            "trame (v-for)",
            "trame-server",
            "trame-client",
            "wslink",
            url="http://127.0.0.1:{port}/index.html",
        ),
        System(
            "solara_vue",
            "Solara (component_vue)",
            environment="solara",
            command=_solara("solara_vue_app.py"),
            packages=("solara", "reacton"),
        ),
        _peer("panel", "Panel (ReactiveHTML)", "bokeh", url="http://127.0.0.1:{port}/app"),
        _peer("reactpy", "ReactPy", "fastapi"),
        _peer("nicegui", "NiceGUI"),
        System(
            "solara",
            "Solara (v.Html)",
            environment="solara",
            command=_solara("solara_app.py"),
            packages=("solara", "reacton", "ipyvuetify"),
            lots=None,
        ),
        System(
            "lab_anywidget",
            "Lab: hand-tuned anywidget",
            "limit",
            notebook=f"from {PACKAGE}.apps.lab_anywidget import BenchWidget\nBenchWidget()",
            packages=_JUPYTER,
        ),
        System(
            "ours_lab",
            "Lab: ours, comm",
            "ours",
            notebook=f"{_APP}DomsyncWidget(by_cloning)",
            packages=_JUPYTER,
        ),
        System(
            "ours_lab_ws",
            "Lab: ours, own socket",
            "ours",
            notebook=f"{_APP}{_SERVE}DomsyncWidget(server)",
            packages=_JUPYTER,
            one_port=False,
        ),
        System(
            "lab_ipywidgets",
            "Lab: ipywidgets, 1/10 size",
            notebook=f"from {PACKAGE}.peers.lab_ipywidgets import Table\nTable(rows=100, lots=1_000).root",
            packages=_JUPYTER,
            rows=100,
            lots=1_000,
            tail=("lots", "stream"),
        ),
        System(
            "lab_reactpy",
            "Lab: reactpy_jupyter",
            environment="lab_reactpy",
            notebook=(
                f"import reactpy_jupyter\nfrom {PACKAGE}.peers.reactpy_table import Bench\n"
                "reactpy_jupyter.to_widget(Bench())"
            ),
            packages=("jupyterlab", "reactpy", "reactpy-jupyter"),
        ),
        System(
            "lab_solara",
            "Lab: Solara (v.Html)",
            environment="lab_solara",
            notebook=f"from {PACKAGE}.peers.solara_app import Page\nPage()",
            packages=("jupyterlab", "solara", "reacton"),
            lots=None,
        ),
        System(
            "echo_ws", "bare websockets echo", "echo", command=_app("apps.echo"), packages=("websockets",)
        ),
        System(
            "echo_comm",
            "Lab: bare anywidget echo",
            "echo",
            notebook="from benchmarks.apps import BareEcho\nBareEcho()",
            packages=_JUPYTER,
        ),
    )
}

DEFAULT = (
    "vanilla,wire,ours_create,ours_clone,domsync,htmlws,lab_anywidget,ours_lab,ours_lab_ws,echo_ws,echo_comm"
)


def named(text: str) -> list[System]:
    """The systems of a comma-separated list; "all" is all of them.

    Raises:
        ValueError: If there is no such system.
    """
    names = list(SYSTEMS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown:
        raise ValueError(f"no such system: {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    return [SYSTEMS[name] for name in names]
