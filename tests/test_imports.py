"""Imports point downwards only: the layers of DESIGN.md, enforced on the source.

``dom <- sync <- transports <- domsync_server <- widget``; components see only dom; errors and _version are
visible to all and see nothing; testing and __main__ see everything; an ``__init__`` re-exports and does nothing else.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "domsync_jupyter"
ROOT = Path(__file__).parent.parent / PACKAGE

EVERYTHING = frozenset({"*"})
BASE = frozenset({"errors", "_version"})
# Layer (a module or folder of the package) -> the layers that it may import besides itself.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "_version": frozenset(),
    "dom": BASE,
    "core": BASE | {"dom"},
    "components": BASE | {"dom"},
    "sync": BASE | {"dom"},
    "transports": BASE | {"dom", "sync"},
    "domsync_server": BASE | {"dom", "sync", "transports", "notebook"},
    "embedding": BASE | {"dom", "sync", "transports"},
    "widget": BASE | {"dom", "sync", "transports", "domsync_server", "notebook"},
    "notebook": BASE | {"dom", "sync", "transports"},
    "loading": BASE | {"dom"},
    "reloading": BASE | {"loading", "domsync_server"},
    "testing": EVERYTHING,
    "__main__": EVERYTHING,
    "__init__": EVERYTHING,
}
# Allowed only inside a function or under TYPE_CHECKING: `server.widget()` loads anywidget when it is called.
MAY_IMPORT_LATE = {
    "domsync_server": frozenset({"widget"}),
    "notebook": frozenset({"domsync_server", "widget"}),
}

IO = frozenset({
    "IPython", "anywidget", "asyncio", "comm", "http", "ipykernel", "ipywidgets", "jupyter_client", "select",
    "selectors", "socket", "ssl", "subprocess", "traitlets", "websockets",
})  # fmt: skip
# Layer -> packages of others that it must not know.
MUST_NOT_IMPORT: dict[str, frozenset[str]] = {
    "errors": IO | {"json", "msgspec"},
    "_version": IO | {"json", "msgspec"},
    "dom": IO | {"json", "msgspec"},
    "components": IO,
    "sync": IO,
}


@dataclass(frozen=True)
class Import:
    """One name that a module imports, made absolute."""

    module: str
    line: int
    late: bool


def test_every_layer_is_in_the_table() -> None:
    assert _layers() <= MAY_IMPORT.keys(), "a new module of the package needs a place among the layers"


def test_imports_point_downwards() -> None:
    found = [
        violation
        for file in sorted(ROOT.rglob("*.py"))
        for violation in violations(file.relative_to(ROOT), file.read_text(), _layers())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("dom/element.py", "from domsync_jupyter.sync import frames", "dom/element.py:1: dom imports sync"),
        ("dom/element.py", "from .. import sync", "dom/element.py:1: dom imports sync"),
        ("dom/element.py", "from ..sync.frames import flush", "dom/element.py:1: dom imports sync"),
        ("dom/element.py", "import domsync_jupyter.widget", "dom/element.py:1: dom imports widget"),
        ("dom/element.py", "from domsync_jupyter import Document", "dom/element.py:1: dom imports __init__"),
        ("dom/element.py", "import json", "dom/element.py:1: dom imports json"),
        ("dom/__init__.py", "from ..transports import comm", "dom/__init__.py:1: dom imports transports"),
        ("dom/__init__.py", "x = 1", "dom/__init__.py:1: an __init__ only re-exports"),
        ("__init__.py", "def f(): pass", "__init__.py:1: an __init__ only re-exports"),
        ("sync/session.py", "import asyncio.events", "sync/session.py:1: sync imports asyncio"),
        ("sync/session.py", "def f():\n    import websockets", "sync/session.py:2: sync imports websockets"),
        ("sync/session.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..widget import W",
         "sync/session.py:3: sync imports widget"),
        ("components/table.py", "from ..sync import frames", "components/table.py:1: components imports sync"),
        ("components/table.py", "from IPython import display", "components/table.py:1: components imports IPython"),
        ("errors.py", "from .dom import Node", "errors.py:1: errors imports dom"),
        ("transports/comm.py", "from ..widget import W", "transports/comm.py:1: transports imports widget"),
        ("transports/comm.py", "from .. import widget", "transports/comm.py:1: transports imports widget"),
        ("transports/comm.py", "from ..testing import T", "transports/comm.py:1: transports imports testing"),
        ("domsync_server.py", "from .widget import W", "domsync_server.py:1: domsync_server imports widget"),
        ("widget.py", "from . import testing", "widget.py:1: widget imports testing"),
    ],
)  # fmt: skip
def test_catches_a_violation(file: str, source: str, expected: str) -> None:
    assert violations(Path(file), source, MAY_IMPORT.keys()) == [expected]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("dom/element.py", "from . import node\nfrom .node import Node\nfrom ..errors import E\nimport threading"),
        ("dom/__init__.py", '"""Doc."""\nfrom __future__ import annotations\nfrom .node import N\n__all__ = ["N"]'),
        ("sync/session.py", "import json, msgspec\nfrom .. import dom, errors\nfrom ..dom import Document"),
        ("components/table.py", "from ..dom import Element"),
        ("transports/comm.py", "import asyncio, websockets\nfrom ..sync import Session"),
        ("domsync_server.py", "def widget(self):\n    from .widget import W\n    return W(self)"),
        ("domsync_server.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .widget import W"),
        ("widget.py", "from .domsync_server import DomsyncServer\nimport anywidget"),
        ("testing.py", "from . import widget, domsync_server\nfrom domsync_jupyter import Document"),
        ("__main__.py", "from .domsync_server import DomsyncServer"),
    ],
)  # fmt: skip
def test_lets_the_allowed_pass(file: str, source: str) -> None:
    assert violations(Path(file), source, MAY_IMPORT.keys()) == []


def violations(file: Path, source: str, layers: AbstractSet[str]) -> list[str]:
    """Return what is wrong with a module of the package, one line each.

    Args:
        file: Its path inside the package.
        source: Its text.
        layers: The names of all layers: tells ``from domsync_jupyter import dom`` from an import of ``__init__``.
    """
    layer = file.parts[0].removesuffix(".py")
    tree = ast.parse(source)
    found = []
    if file.name == "__init__.py":
        found += [
            f"{file}:{node.lineno}: an __init__ only re-exports"
            for node in tree.body
            if not _re_exports(node)
        ]
    for imported in _imports(tree, file):
        target = _target(imported.module, layers)
        allowed = MAY_IMPORT[layer] | (
            MAY_IMPORT_LATE.get(layer, frozenset()) if imported.late else frozenset()
        )
        if target is None:
            package = imported.module.partition(".")[0]
            wrong = package in MUST_NOT_IMPORT.get(layer, frozenset())
        else:
            package = target
            wrong = target != layer and target not in allowed and "*" not in allowed
        if wrong:
            found.append(f"{file}:{imported.line}: {layer} imports {package}")
    return list(dict.fromkeys(found))


def _imports(tree: ast.Module, file: Path) -> Iterator[Import]:
    package = ".".join([PACKAGE, *file.parts[:-1]])
    late = _late_lines(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (Import(name, node.lineno, node.lineno in late) for name in names)


def _late_lines(tree: ast.Module) -> set[int]:
    late: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
            isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        ):
            late.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return late


def _target(module: str, layers: AbstractSet[str]) -> str | None:
    """Return the layer that a module belongs to, None for one that is not ours."""
    parts = module.split(".")
    if parts[0] != PACKAGE:
        return None
    return parts[1] if len(parts) > 1 and parts[1] in layers else "__init__"


def _re_exports(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    return isinstance(node, ast.ImportFrom)


def _layers() -> set[str]:
    """The modules and folders of the package which hold Python."""
    return {file.relative_to(ROOT).parts[0].removesuffix(".py") for file in ROOT.rglob("*.py")}
