"""`DOMTokenList`: an attribute as an ordered set, such as ``element.classList``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from domsync_jupyter.dom import names
from domsync_jupyter.errors import DOMSyntaxError, InvalidCharacterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.element import Element

__all__ = ["DOMTokenList"]

_TOKEN = re.compile(r"[^\t\n\f\r ]+")
_WHITE_SPACE = frozenset("\t\n\f\r ")


@lru_cache(maxsize=2048)
def _tokens(text: str) -> tuple[str, ...]:
    """https://dom.spec.whatwg.org/#concept-ordered-set-parser"""
    return tuple(dict.fromkeys(_TOKEN.findall(text)))


class DOMTokenList:
    """The tokens of an attribute, each once. https://dom.spec.whatwg.org/#interface-domtokenlist

    Reads and writes the attribute itself, so it is always up to date and any number of them agree.
    It compares equal to another list with the same tokens in the same order, and to the
    attribute's text.

    Args:
        element: Whose attribute it is.
        attribute: The attribute's name, in lower case.
        supported: What `supports` knows, or ``None`` if the attribute defines no such tokens.
    """

    __slots__ = ("_attribute", "_element", "_supported")

    def __init__(self, element: Element, attribute: str, supported: frozenset[str] | None = None) -> None:
        self._element = element
        self._attribute = attribute
        self._supported = supported

    def __repr__(self) -> str:
        return f"DOMTokenList({list(self)!r})"

    def __str__(self) -> str:
        return self.value

    def __len__(self) -> int:
        return len(self._get())

    def __iter__(self) -> Iterator[str]:
        return iter(self._get())

    def __contains__(self, token: object) -> bool:
        return token in self._get()

    def __getitem__(self, index: int) -> str:
        return self._get()[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DOMTokenList):
            return self._get() == other._get()
        if isinstance(other, str):
            return self.value == other
        return NotImplemented

    # It changes, so it has no hash.
    __hash__ = None  # type: ignore[assignment]  # how Python wants it said

    @property
    def length(self) -> int:
        """The number of tokens. https://dom.spec.whatwg.org/#dom-domtokenlist-length"""
        return len(self._get())

    @property
    def value(self) -> str:
        """The attribute's text, as it is. https://dom.spec.whatwg.org/#dom-domtokenlist-value

        Raises:
            TypeError: When set to what is not a ``str``.
        """
        return self._element._attributes.get(self._attribute, "")

    @value.setter
    def value(self, value: str) -> None:
        self._element.setAttribute(self._attribute, names.text(value, f"the {self._attribute} attribute"))

    def item(self, index: int) -> str | None:
        """The token at `index`, or ``None``. https://dom.spec.whatwg.org/#dom-domtokenlist-item"""
        tokens = self._get()
        return tokens[index] if 0 <= index < len(tokens) else None

    def contains(self, token: str) -> bool:
        """Whether `token` is there. https://dom.spec.whatwg.org/#dom-domtokenlist-contains"""
        return token in self._get()

    def add(self, *tokens: str) -> None:
        """Add tokens; those that are there stay where they are. https://dom.spec.whatwg.org/#dom-domtokenlist-add

        Raises:
            TypeError: If one is not a ``str``. Nothing was changed, as in the other cases.
            DOMSyntaxError: If one is empty.
            InvalidCharacterError: If one contains white space: give them one by one.
        """
        for token in tokens:
            _check(token)
        with self._element._document._lock:
            self._put(dict.fromkeys((*self._get(), *tokens)))

    def remove(self, *tokens: str) -> None:
        """Remove tokens; those that are not there are passed over. https://dom.spec.whatwg.org/#dom-domtokenlist-remove

        Raises:
            TypeError: As `add`.
            DOMSyntaxError: As `add`.
            InvalidCharacterError: As `add`.
        """
        for token in tokens:
            _check(token)
        with self._element._document._lock:
            self._put({token: None for token in self._get() if token not in tokens})

    def toggle(self, token: str, force: bool | None = None) -> bool:
        """Add `token` if it is missing, else remove it; say whether it is there now.

        https://dom.spec.whatwg.org/#dom-domtokenlist-toggle

        Args:
            token: What to add or remove.
            force: If true only add, if false only remove.

        Raises:
            TypeError: As `add`.
            DOMSyntaxError: As `add`.
            InvalidCharacterError: As `add`.
        """
        _check(token)
        with self._element._document._lock:
            there = token in self._get()
            wanted = not there if force is None else bool(force)
            if wanted and not there:
                self.add(token)
            elif there and not wanted:
                self.remove(token)
            return wanted

    def replace(self, token: str, newToken: str) -> bool:
        """Put `newToken` where `token` is; say whether that was there.

        https://dom.spec.whatwg.org/#dom-domtokenlist-replace

        Raises:
            TypeError: As `add`.
            DOMSyntaxError: As `add`.
            InvalidCharacterError: As `add`.
        """
        # The standard looks for empty tokens in both before it looks for white space.
        for text in (token, newToken):
            _check_not_empty(text)
        for text in (token, newToken):
            _check(text)
        with self._element._document._lock:
            old = self._get()
            if token not in old:
                return False
            # "Replace" in an ordered set: the first place of either of them stays.
            self._put(dict.fromkeys(newToken if other == token else other for other in old))
            return True

    def supports(self, token: str) -> bool:
        """Whether browsers know `token` here. https://dom.spec.whatwg.org/#dom-domtokenlist-supports

        Raises:
            TypeError: If the attribute defines no tokens, as ``class`` does not.
        """
        if self._supported is None:
            raise TypeError(
                f"the {self._attribute} attribute has no tokens of its own that could be supported"
            )
        return token.lower() in self._supported

    def _get(self) -> tuple[str, ...]:
        return _tokens(self._element._attributes.get(self._attribute, ""))

    def _put(self, tokens: dict[str, None]) -> None:
        """https://dom.spec.whatwg.org/#concept-dtl-update"""
        if tokens or self._attribute in self._element._attributes:
            self._element.setAttribute(self._attribute, " ".join(tokens))


def _check_not_empty(token: str) -> None:
    if not isinstance(token, str):
        raise TypeError(f"a token must be a str, not {type(token).__name__}")
    if not token:
        raise DOMSyntaxError("a token must not be empty")


def _check(token: str) -> None:
    _check_not_empty(token)
    if not _WHITE_SPACE.isdisjoint(token):
        raise InvalidCharacterError(
            f"{token!r} contains white space, so it is no token: give several tokens as several arguments"
        )
