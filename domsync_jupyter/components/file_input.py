"""`FileInput`: files of the person's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.input import Input
from domsync_jupyter.dom.files import File

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["FileInput"]

# The control covers it all, so that files can be dropped anywhere; a browser's own look cannot be changed.
STYLE = """
:where(.domsync-files > label > span:last-child) {
  display: block; position: relative; padding: 12px 16px; text-align: center; color: var(--domsync-muted);
  border: 1px dashed color-mix(in srgb, var(--domsync-text) 35%, var(--domsync-surface));
  border-radius: var(--domsync-radius); overflow-wrap: anywhere;
}
:where(.domsync-files > label:hover > span:last-child:not(:has(:disabled))) {
  border-color: var(--domsync-accent); background: var(--domsync-raised);
}
:where(.domsync-files > label > span:has(:focus-visible)) {
  outline: 2px solid var(--domsync-accent); outline-offset: 1px;
}
:where(.domsync-files > label > span:has([aria-invalid="true"])) { border-color: var(--domsync-bad); }
:where(.domsync-files > label > span:has(:disabled)) { opacity: 0.55; }
:where(.domsync-files input) { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
:where(.domsync-files input:disabled) { cursor: default; }
"""


class FileInput(Input[list[File]]):
    """Files that a person chooses, or drops there. Their bytes stay in the page until they are read.

    The value is a list of `domsync_jupyter.dom.files.File`, empty at first. Names, types and sizes are what the page
    says.

    ```python
    async def load(files):
        text = (await files[0].read()).decode()
        summary.textContent = f"{len(text.splitlines())} lines"

    data = FileInput(document, "Measurements", accept=".csv,text/csv", max_bytes=10_000_000, on_change=load)
    summary = document.getRootElement().appendChild(document.createElement("p"))
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        on_change: Called with the list, which is not empty, when a person has chosen other files; may be a coroutine
            function, which reads them. They can be read as long as the viewer who chose them is there.
        accept: Which files are wanted: endings and media types, such as ``".csv, image/*"``; all if it is empty.
        multiple: Whether there may be more than one.
        max_bytes: How large each may be; no end if ``None``. To read more than 64 MiB at once, tell `File.read`, too.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        *,
        on_change: Callable[[list[File]], Any] | None = None,
        accept: str = "",
        multiple: bool = False,
        max_bytes: int | None = None,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._wanted = [kind.strip().lower() for kind in accept.split(",") if kind.strip()]
        self._multiple = multiple
        self._max_bytes = max_bytes
        # What is chosen comes with an event; the control itself says nothing.
        self._follows = False
        create = self.getDocument().createElement
        self._root.classList.add("domsync-files")
        self._chooser: Any = create("input", attributes={"type": "file"})
        self._chooser.accept = accept
        self._chooser.multiple = multiple
        # It describes the control, and is no part of its name.
        self._names = create("span", id=f"{self['id']}_files", attributes={"aria-hidden": "true"})
        area = create("span")
        area.append(self._names, self._chooser)
        self._frame.append(area)
        self._complete([], self._chooser, style=STYLE)

    def clear(self) -> None:
        """Forget the files, here and in the page: the same as ``value = []``."""
        self.value = []

    def _read(self, event: Event | None) -> list[File]:
        files = event.fields.get("files") if event is not None else None
        if not isinstance(files, list) or not all(isinstance(file, File) for file in files):
            raise ValueError("Choose a file.")
        if not files:
            return self._value  # They have changed their mind.
        if len(files) > 1 and not self._multiple:
            raise ValueError("Choose a single file.")
        for file in files:
            if self._max_bytes is not None and file.size > self._max_bytes:
                raise ValueError(
                    f"{file.name} has {_size(file.size)}; at most {_size(self._max_bytes)} are taken."
                )
            if self._wanted and not any(_is_of(file, kind) for kind in self._wanted):
                raise ValueError(f"{file.name} is none of these: {', '.join(self._wanted)}")
        self._name(files)
        return files

    def _descriptions(self) -> tuple[Element, ...]:
        return (*super()._descriptions(), self._names)

    def _handed_out(self) -> list[File]:
        return list(self._value)

    def _show(self, value: list[File]) -> None:
        if not value and self._chooser.isConnected:
            # Only a person can choose files; a control without any is a new one.
            fresh = self._chooser.cloneNode()
            fresh.addEventListener("change", self._changed)
            self._chooser.replaceWith(fresh)
            self._chooser = fresh
            self._controls = (fresh,)
        self._name(value)

    def _name(self, files: list[File]) -> None:
        """Say which files there are: another viewer's control does not."""
        words = "Choose files, or drop them here" if self._multiple else "Choose a file, or drop it here"
        names = ", ".join(f"{file.name} ({_size(file.size)})" for file in files[:10])
        if len(files) > 10:
            names += f" and {len(files) - 10} more"
        self._names.textContent = names or words

    def _checked(self, value: Any) -> list[File]:
        if value != []:
            raise ValueError("only a person can choose files: value can be set to [] only")
        return []


def _is_of(file: File, kind: str) -> bool:
    """Whether a file is of a kind, as HTML's ``accept`` has them."""
    if kind.startswith("."):
        return file.name.lower().endswith(kind)
    if kind.endswith("/*"):
        return file.type.lower().startswith(kind[:-1])
    return file.type.lower() == kind


def _size(count: float) -> str:
    if count < 1000:
        return f"{count} bytes"
    for unit in ("kB", "MB", "GB"):  # noqa: B007 - the last one is for all that is larger
        count /= 1000
        if count < 1000:
            break
    return f"{count:.3g} {unit}"
