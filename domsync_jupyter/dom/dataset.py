"""`DOMStringMap`: the ``data-*`` attributes of an element, as ``element.dataset``."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING

from domsync_jupyter.errors import DOMSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.element import Element

_UPPER = re.compile("[A-Z]")

__all__ = ["DOMStringMap"]


@lru_cache(maxsize=1024)
def _attribute(name: str) -> str:
    """``fooBar`` -> ``data-foo-bar``. https://html.spec.whatwg.org/#dom-domstringmap-setitem"""
    if not isinstance(name, str):
        raise TypeError(f"a name in dataset must be a str, not {type(name).__name__}")
    if re.search("-[a-z]", name):
        camel = re.sub("-([a-z])", lambda match: match[1].upper(), name)
        raise DOMSyntaxError(
            f"{name!r} has a '-' before a letter, so it cannot be a name in dataset: use {camel!r} for the attribute "
            f"'data-{name}'"
        )
    return "data-" + re.sub("[A-Z]", lambda match: "-" + match[0].lower(), name)


@lru_cache(maxsize=1024)
def _name(attribute: str) -> str:
    """``data-foo-bar`` -> ``fooBar``."""
    return re.sub("-([a-z])", lambda match: match[1].upper(), attribute[5:])


class DOMStringMap(MutableMapping[str, str]):
    """The ``data-*`` attributes: ``dataset.fooBar`` and ``dataset["fooBar"]`` are ``data-foo-bar``.

    https://html.spec.whatwg.org/#domstringmap

    A name that is not there raises ``KeyError`` or ``AttributeError``; ``dataset.get(name)`` gives ``None``. A name
    that is also one of a mapping's methods, such as ``items``, can only be reached by ``dataset["items"]``.

    Args:
        element: Whose attributes they are.
    """

    __slots__ = ("_element",)

    _element: Element

    def __init__(self, element: Element) -> None:
        object.__setattr__(self, "_element", element)

    def __repr__(self) -> str:
        return f"DOMStringMap({dict(self)!r})"

    def __getitem__(self, name: str) -> str:
        try:
            return self._element._attributes[_attribute(name)]
        except (DOMSyntaxError, KeyError):
            raise KeyError(name) from None

    def __setitem__(self, name: str, value: str) -> None:
        """Set the attribute.

        Raises:
            TypeError: As `Element.setAttribute`.
            DOMSyntaxError: If `name` has a hyphen before a lower-case letter, as in ``"foo-bar"``.
            InvalidCharacterError: If no attribute can have this name.
        """
        self._element.setAttribute(_attribute(name), value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._element.removeAttribute(_attribute(name))

    def __iter__(self) -> Iterator[str]:
        for attribute in list(self._element._attributes):
            if isinstance(attribute, str) and attribute.startswith("data-") and not _UPPER.search(attribute):
                yield _name(attribute)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def __getattr__(self, name: str) -> str:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(
                f"the element has no attribute {_attribute(name)!r}", name=name, obj=self
            ) from None

    def __setattr__(self, name: str, value: str) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(
                f"the element has no attribute {_attribute(name)!r}", name=name, obj=self
            ) from None
