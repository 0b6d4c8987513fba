"""Apps by name: ``package.module:app``, ``app.py`` or ``folder/app.py:name``; and loading them again."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["NoAppError", "folder_of", "load", "reload", "without_machinery"]

_FILE = re.compile(r"(?P<file>.+\.py)(?::(?P<name>\w+))?")
_DEFAULT = "app"


class NoAppError(ValueError):
    """What was named is no app, or is not there; the message says what to do about it."""


def load(target: str) -> Any:
    """Import what ``package.module:name``, ``file.py:name`` or ``file.py`` (its ``app``) names.

    Raises:
        NoAppError: If it is not of that form, or there is no such thing.
        BaseException: What the module raises.
    """
    match = _FILE.fullmatch(target)
    if match is not None:
        module, name = _load_file(Path(match["file"])), match["name"] or _DEFAULT
        where = f"the file {match['file']!r}"
    else:
        module_name, _, name = target.partition(":")
        if not module_name or not name:
            raise NoAppError(f"expected package.module:app or app.py, got {target!r}{_hint(target)}")
        module, where = _load_module(module_name), f"module {module_name!r}"
    try:
        app = getattr(module, name)
    except AttributeError as error:
        raise NoAppError(f"{where} has no {name!r}: {_what_else(module, target)}") from error
    if not _is_app(app):
        raise NoAppError(
            f"{target!r} is neither a connection handler (async def app(server, client)) nor a Document, "
            f"but of the type {type(app).__name__}"
        )
    if callable(app) and not _takes_two(app):
        raise NoAppError(
            f"{target!r} does not take a server and a client, as an app does: async def app(server, client). "
            "The document is server.get_document(client)"
        )
    return app


def folder_of(target: str) -> Path:
    """The folder with the sources of an app that was loaded: where its file is, or its outermost package."""
    match = _FILE.fullmatch(target)
    if match is not None:
        return Path(match["file"]).resolve().parent
    top = sys.modules[target.partition(":")[0].partition(".")[0]]
    file = getattr(top, "__file__", None) or next(iter(top.__path__))
    folder = Path(file).resolve().parent
    return folder.parent if hasattr(top, "__path__") and getattr(top, "__file__", None) else folder


def reload(target: str, folder: Path) -> Any:
    """Load an app anew, with all modules whose sources are in a folder.

    Raises:
        BaseException: What they raise. Then all is as it was.
    """
    last = {name: module for name, module in sys.modules.items() if _is_in(module, folder)}
    for name in last:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        return load(target)
    except BaseException:
        for name in [name for name, module in sys.modules.items() if _is_in(module, folder)]:
            del sys.modules[name]
        sys.modules.update(last)
        raise


def without_machinery(error: BaseException) -> BaseException:
    """The exception without the calls that loaded the module, which say nothing of the mistake."""
    trace = error.__traceback__
    while trace is not None and _is_machinery(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return error.with_traceback(trace)


def _is_machinery(file: str) -> bool:
    return (
        file.startswith("<frozen importlib")
        or "importlib" in Path(file).parts
        or Path(file).parent == Path(__file__).parent
    )


def _is_app(value: object) -> bool:
    return callable(value) or isinstance(value, Document)


def _takes_two(app: Callable[..., object]) -> bool:
    try:
        inspect.signature(app).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # Its arguments are not known.
        pass
    return True


def _hint(target: str) -> str:
    """What somebody probably means who names no app."""
    if Path(f"{target}.py").is_file():
        return f". Did you mean {target}.py?"
    if target.endswith(".ipynb"):
        return ". A notebook is run by Jupyter, or as an app by Voila: to run an app here, save it in a file of its own"
    return ""


def _what_else(module: ModuleType, target: str) -> str:
    """What a module has that may be meant."""
    apps = [
        name
        for name, value in vars(module).items()
        if isinstance(value, Document)
        or (inspect.iscoroutinefunction(value) and len(inspect.signature(value).parameters) == 2)
    ]
    if apps:
        match = _FILE.fullmatch(target)
        place = target.partition(":")[0] if match is None else match["file"]
        return "did you mean " + " or ".join(f"{place}:{name}" for name in apps) + "?"
    return "write 'async def app(server, client)' there, or make a Document and name it 'app'"


def _is_in(module: ModuleType | None, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not file or module is sys.modules.get("__main__"):
        return False
    path = Path(file).resolve()
    if not path.is_relative_to(folder) or path.is_relative_to(Path(__file__).resolve().parent):
        return False
    # An environment in the folder of the app is none of its sources.
    return not {"site-packages", "dist-packages"} & set(path.relative_to(folder).parts)


def _load_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise NoAppError(
            f"there is no module {name!r} (looked in the current directory and the installed packages)"
        ) from error


def _load_file(file: Path) -> ModuleType:
    path = file.resolve()
    if not path.is_file():
        raise NoAppError(f"there is no file {str(file)!r} (looked in {Path.cwd()})")
    # As for `python file.py`: what is beside it can be imported.
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    name = path.stem
    if name in sys.modules:
        name = f"domsync_app_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
