"""`TextInput`, of one line, and `TextArea`, of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from domsync_jupyter.components.input import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["TextArea", "TextInput"]

_TYPES = ("text", "password", "email", "search", "tel", "url")


class _Text(Input[str]):
    _is_typed = True

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: str,
        control: tuple[str, dict[str, str]],
        *,
        on_change: Callable[[str], Any] | None,
        placeholder: str,
        max_length: int | None,
        continuous: bool,
        disabled: bool,
        help: str,
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        tag, attributes = control
        field: Any = self.getDocument().createElement(
            tag, attributes={"class": "domsync-field", **attributes}
        )
        if placeholder:
            field.placeholder = placeholder
        if max_length is not None:
            field.maxLength = max_length
        self._max_length = max_length
        self._follows = continuous
        self._field = field
        self._frame.append(field)
        self._complete(value, field)

    @property
    def placeholder(self) -> str:
        """What stands in the empty field."""
        return str(self._field.placeholder)

    @placeholder.setter
    def placeholder(self, placeholder: str) -> None:
        self._field.placeholder = placeholder

    def _read(self, event: Event | None) -> str:
        return self._fitting(self._field.value)

    def _show(self, value: str) -> None:
        self._field.value = value

    def _checked(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"the value of a text must be a str, not {type(value).__name__}")
        # What the control makes of it: line breaks, for one.
        field: Any = self._field.cloneNode()
        field.value = value
        return self._fitting(field.value)

    def _fitting(self, text: str) -> str:
        if self._max_length is not None and len(text) > self._max_length:
            raise ValueError(f"At most {self._max_length} characters, not {len(text)}.")
        return text


class TextInput(_Text):
    """A text of one line.

    ```python
    def greet(name):
        greeting.textContent = f"Hello, {name}!" if name else ""

    TextInput(document, "Your name", on_change=greet, placeholder="Ada")
    greeting = document.getRootElement().appendChild(document.createElement("p"))
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The text at first; line breaks are left out.
        on_change: Called with the text when a person has changed it; may be a coroutine function.
        type: ``"password"``, ``"email"``, ``"search"``, ``"tel"`` or ``"url"``: they help typing, and check nothing.
        placeholder: What stands in the empty field, such as an example; no replacement for the label.
        max_length: How many characters it may have; no end if ``None``.
        continuous: Whether the value changes with each key. Else it does with Enter, or when the focus goes elsewhere.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is not a ``str``.
        ValueError: If `value` is too long, or `type` is not known.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: str = "",
        *,
        on_change: Callable[[str], Any] | None = None,
        type: Literal["text", "password", "email", "search", "tel", "url"] = "text",
        placeholder: str = "",
        max_length: int | None = None,
        continuous: bool = True,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        if type not in _TYPES:
            raise ValueError(f"type must be one of {', '.join(_TYPES)}, not {type!r}")
        super().__init__(
            parent,
            label,
            value,
            ("input", {"type": type}),
            on_change=on_change,
            placeholder=placeholder,
            max_length=max_length,
            continuous=continuous,
            disabled=disabled,
            help=help,
        )


class TextArea(_Text):
    r"""A text of several lines.

    ```python
    notes = TextArea(document, "Notes", "first line\nsecond line", rows=6, continuous=False)
    notes.on_change = lambda text: print(len(text.splitlines()), "lines")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The text at first. Its line breaks are line feeds, whatever they were.
        on_change: Called with the text when a person has changed it; may be a coroutine function.
        rows: How many lines are seen at first.
        placeholder: What stands in the empty field.
        max_length: How many characters it may have; no end if ``None``.
        continuous: Whether the value changes with each key. Else it does when the focus goes elsewhere.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is not a ``str``.
        ValueError: If `value` is too long.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: str = "",
        *,
        on_change: Callable[[str], Any] | None = None,
        rows: int = 3,
        placeholder: str = "",
        max_length: int | None = None,
        continuous: bool = True,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(
            parent,
            label,
            value,
            ("textarea", {"rows": str(rows)}),
            on_change=on_change,
            placeholder=placeholder,
            max_length=max_length,
            continuous=continuous,
            disabled=disabled,
            help=help,
        )
