"""`bind`: a control and an attribute of an object have the same value, whoever changes it."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.components.component import Component
from domsync_jupyter.components.input import Refusal, same
from domsync_jupyter.dom import Element

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.events import Event

__all__ = ["Binding", "bind"]

#: Properties of elements that persons change, and the events that tell: while it happens, and when it is done.
_OF_PERSONS: Final = {
    **dict.fromkeys(("value", "valueAsNumber", "checked", "selectedIndex"), ("input", "change")),
    "open": ("toggle",),
}
#: An event that no page knows: a listener for it keeps a binding as long as its element.
_KEEPS: Final = "domsync-bound"


def bind(
    target: Element | Component,
    name: str,
    obj: object = None,
    attribute: str = "",
    *,
    get: Callable[[], Any] | None = None,
    set: Callable[[Any], object] | None = None,
    to_element: Callable[[Any], Any] | None = None,
    from_element: Callable[[Any], Any] | None = None,
) -> Binding:
    """Give a property of an element or component and an attribute of an object the same value, from now on.

    First the property gets the object's value. Then a person's changes go to the object, as do those that a program
    makes of a component's ``value``; and changes of the object go to the property, if it can be observed as those of
    traitlets can (``observe``, ``unobserve``). Of any other object, `Binding.refresh` brings what changed there.

    What the object refuses (``TraitError`` or ``ValueError``) is the input's error: it keeps its last good value. Of a
    bare element the browser shows it, and the old value is back when the focus goes elsewhere. What a page says of an
    element that is disabled or ``readonly`` changes nothing.

    ```python
    import traitlets
    from domsync_jupyter.components import Slider, bind

    class Model(traitlets.HasTraits):
        rate = traitlets.Float(0.1)
        status = traitlets.Unicode("ready")

    model = Model()
    bind(Slider(document, "Rate", max=1.0, step=0.01), "value", model, "rate")
    bind(document.getRootElement().appendChild(document.createElement("p")), "innerText", model, "status")
    bind(Slider(document, "Percent"), "value", get=lambda: 40, set=lambda value: print(value))
    ```

    A binding lasts as long as its element. An object that lasts longer, such as one that many documents show, keeps
    neither the element nor the document.

    Args:
        target: An element, or a component.
        name: Its property. Those that go both ways are an element's ``value``, ``valueAsNumber``, ``checked``,
            ``selectedIndex`` and ``open``, and the ``value`` of components. All others follow the object.
        obj: The object.
        attribute: The name of its attribute.
        get: Instead of an object: a function that returns the value, called now and by `Binding.refresh`.
        set: And one that is called with a new value. One of the two is enough.
        to_element: Makes of the object's value the property's.
        from_element: The other way round. A ``ValueError`` says that it cannot be.

    Returns:
        The binding, which can be ended.

    Raises:
        TypeError: If the arguments have neither form.
        AttributeError: If there is no such property or attribute.
        ValueError: If the property cannot have the object's value.
    """
    if not isinstance(target, Element | Component):
        raise TypeError(f"expected an element or a component to bind, not {type(target).__name__}")
    if (obj is None) == (get is None and set is None) or (obj is not None) != bool(attribute):
        raise TypeError("bind() takes an object and the name of its attribute, or get=, set= or both")
    getattr(target, name)
    read: Callable[[], Any] | None = get
    write: Callable[[Any], object] | None = set
    if obj is not None:
        read, write = lambda: getattr(obj, attribute), lambda value: setattr(obj, attribute, value)
    binding = Binding(target, name, read, write, to_element, from_element)
    binding.refresh()
    binding._connect(obj, attribute)
    return binding


class Binding:
    """What `bind` returns. May be used from any thread."""

    def __init__(
        self,
        target: Element | Component,
        name: str,
        read: Callable[[], Any] | None,
        write: Callable[[Any], object] | None,
        to_element: Callable[[Any], Any] | None,
        from_element: Callable[[Any], Any] | None,
    ) -> None:
        self._target = target
        self._name = name
        self._read = read
        self._write = write
        self._to_element = to_element
        self._from_element = from_element
        #: Threads that are giving the object's value to the target: it is not to come back.
        self._giving: set[int] = set()
        self._ends: list[Callable[[], None]] = []
        #: What the browser shows to be wrong with a bare element.
        self._message = ""

    def unbind(self) -> None:
        """Let each go its own way from now on. Idempotent."""
        while self._ends:
            self._ends.pop()()

    def refresh(self) -> None:
        """Give the property the value that the object has now.

        Raises:
            ValueError: If it cannot have that.
        """
        if self._read is not None:
            self._give(self._read())

    # Inside

    def _connect(self, obj: object, attribute: str) -> None:
        target, name = self._target, self._name
        element = target.getElement() if isinstance(target, Component) else target
        self._listen(element, _KEEPS, _ignore)
        if self._write is not None:
            if isinstance(target, Element):
                for kind in _OF_PERSONS.get(name, ()):
                    self._listen(element, kind, self._edited)
            elif name == "value" and hasattr(target, "watch"):
                self._ends.append(target.watch(self._take))
        observe, unobserve = getattr(obj, "observe", None), getattr(obj, "unobserve", None)
        if callable(observe) and callable(unobserve):
            changed = _WeakObserver(self, unobserve, attribute)
            observe(changed, names=[attribute])
            self._ends.append(changed.end)

    def _listen(self, element: Element, type: str, listener: Callable[[Event], None]) -> None:
        # The element holds the binding by its listener.
        def call(event: Event, _binding: Binding = self) -> None:
            listener(event)

        element.addEventListener(type, call)
        self._ends.append(lambda: element.removeEventListener(type, call))

    def _give(self, value: object) -> None:
        """Give the object's value to the target."""
        present = getattr(self._target, self._name)
        new = value if self._to_element is None else self._to_element(value)
        if same(present, new) or self._means(present, value):
            return
        thread = threading.get_ident()
        is_outermost = thread not in self._giving
        self._giving.add(thread)
        try:
            setattr(self._target, self._name, new)
        finally:
            if is_outermost:
                self._giving.discard(thread)

    def _means(self, shown: object, value: object) -> bool:
        """Whether what is shown is another way to write the object's value, such as what somebody is typing."""
        if self._from_element is None:
            return False
        try:
            return same(self._from_element(shown), value)
        except Exception:  # noqa: BLE001 - it is not for what a person did
            return False

    def _take(self, shown: object) -> None:
        """Give the target's value to the object.

        Raises:
            Refusal: If it does not take it.
        """
        if threading.get_ident() in self._giving or self._write is None:
            return
        try:
            value = shown if self._from_element is None else self._from_element(shown)
            if self._read is not None and same(self._read(), value):
                return
            self._write(value)
        except Exception as error:
            if _is_validation(error):
                raise Refusal(str(error)) from error
            raise
        # The object may have made something else of it.
        self.refresh()

    def _edited(self, event: Event) -> None:
        """A person changed the element."""
        if event.target is not self._target:
            return  # It is of a control inside.
        element: Any = self._target
        if _is_locked(element, self._name):
            # It could be changed when the page sent it, or the page lies.
            self.refresh()
            return
        try:
            self._take(getattr(element, self._name))
            message = ""
        except Refusal as refusal:
            message = str(refusal)
        if message != self._message and hasattr(element, "setCustomValidity"):
            self._message = message
            element.ariaInvalid = "true" if message else None
            element.setCustomValidity(message)
        if message and event.type != "input":
            if hasattr(element, "reportValidity"):
                element.reportValidity()
            self.refresh()


class _WeakObserver:
    """What an object calls when its attribute changes. It does not keep the binding, nor what that knows."""

    def __init__(self, binding: Binding, unobserve: Callable[..., object], attribute: str) -> None:
        self._binding = weakref.ref(binding)
        self._unobserve = unobserve
        self._attribute = attribute

    def __call__(self, change: Any) -> None:
        binding = self._binding()
        if binding is None:
            self.end()
        else:
            binding.refresh()

    def end(self) -> None:
        self._unobserve(self, names=[self._attribute])


def _is_validation(error: Exception) -> bool:
    """Whether an error says that a value cannot be. That of traitlets has no class that could be imported here."""
    return isinstance(error, ValueError) or any(kind.__name__ == "TraitError" for kind in type(error).__mro__)


def _is_locked(element: Element, name: str) -> bool:
    """Whether a person cannot change a property of an element."""
    return element.matches(":disabled") or (
        name in ("value", "valueAsNumber") and element.matches("input[readonly], textarea[readonly]")
    )


def _ignore(event: Event) -> None:
    pass
