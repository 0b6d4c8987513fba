"""`ChoiceInput`: inputs whose values are chosen from several. `TickList`: those that show all of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final

from domsync_jupyter.components.choices import Choices, Options
from domsync_jupyter.components.input import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent

__all__ = ["NOT_GIVEN", "ChoiceInput", "TickList"]

#: Stands for a value that was not given: ``None`` may be an option.
NOT_GIVEN: Final[Any] = object()

STYLE = """
:where(.domsync-choices) { display: flex; flex-direction: column; align-items: flex-start; gap: 2px; margin: 0; }
:where(.domsync-choices.inline) { flex-flow: row wrap; column-gap: 16px; }
"""


class ChoiceInput(Input[Any]):
    """An input with `Choices`: one of them, or ``None``, is the value."""

    _is_at_once = True
    _choices: Choices
    #: Whether nothing may be chosen.
    _may_be_none = False

    @property
    def options(self) -> dict[str, Any]:
        """What there is to choose from, as a mapping from texts to values; a copy.

        When it is set, to a mapping or a list, what is chosen stays so if it is still among them. Where something
        has to be chosen, it is the first of them otherwise.

        Raises:
            TypeError: When set to something else.
        """
        return dict(zip(self._choices.texts, self._choices.values, strict=True))

    @options.setter
    def options(self, options: Options) -> None:
        choices = Choices(options)
        with self.getDocument().batch():
            value = self.value
            self._choices = choices
            self._fill()
        self._put(self._kept(value))

    @abstractmethod
    def _fill(self) -> None:
        """Make the controls anew."""

    def _first(self) -> Any:
        return None if self._may_be_none or not self._choices else self._choices.values[0]

    def _kept(self, value: Any) -> Any:
        """What stays of a value, now that the choices are others."""
        try:
            return self._checked(value)
        except ValueError:
            return self._first()

    def _checked(self, value: Any) -> Any:
        try:
            return self._choices.values[self._choices.index(value)]
        except ValueError:
            if value is None and (self._may_be_none or not self._choices):
                return None
            raise


class TickList(ChoiceInput):
    """All choices, each with something to tick: radio buttons or checkboxes."""

    _tag = "fieldset"
    _type: ClassVar[str]

    def __init__(
        self,
        parent: Parent,
        label: str,
        options: Options,
        *,
        on_change: Callable[[Any], Any] | None,
        inline: bool,
        disabled: bool,
        help: str,
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._choices = Choices(options)
        # Radio buttons of one name and form are a group; in one page there may be two views of the document.
        self._list = self.getDocument().createElement("form")
        self._list.className = "domsync-choices inline" if inline else "domsync-choices"
        self._frame.append(self._list)
        self._fill()

    def _complete_list(self, value: Any, style: str = "") -> None:
        self._complete(value, *self._controls, style=STYLE + style)

    def _fill(self) -> None:
        create = self.getDocument().createElement
        boxes: list[Any] = []
        self._list.replaceChildren()
        for text in self._choices.texts:
            box = create("input", attributes={"type": self._type, "name": "choice"})
            label = create("label", attributes={"class": "domsync-tick"})
            label.append(box, create("span", innerText=text))
            self._list.append(label)
            boxes.append(box)
        self._controls = tuple(boxes)

    def _ticked(self) -> list[Any]:
        """The values that are ticked, in order."""
        boxes: tuple[Any, ...] = self._controls
        return [value for value, box in zip(self._choices.values, boxes, strict=True) if box.checked]

    def _tick(self, indices: set[int]) -> None:
        boxes: tuple[Any, ...] = self._controls
        for index, box in enumerate(boxes):
            box.checked = index in indices
