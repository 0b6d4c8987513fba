"""Properties that reflect attributes: one descriptor for each rule of the standard.

https://html.spec.whatwg.org/#reflecting-content-attributes-in-idl-attributes

A reflected property has no state: it reads the attribute, and setting it sets the attribute, with
all the checks of `Element.setAttribute`. Which properties an interface has is
`domsync_jupyter.dom.reflected_table`'s.

Values of a wrong Python type raise ``TypeError``, where a browser converts whatever it gets.
"""

from __future__ import annotations

import math
import operator
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

from domsync_jupyter.dom import names
from domsync_jupyter.dom.token_list import DOMTokenList
from domsync_jupyter.errors import IndexSizeError, InvalidStateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domsync_jupyter.dom.element import Element

__all__ = [
    "URL",
    "Boolean",
    "Clamped",
    "Double",
    "ElementReference",
    "ElementReferences",
    "Enumerated",
    "Long",
    "NonNegativeLong",
    "NullableEnumerated",
    "NullableString",
    "PositiveDouble",
    "PositiveLong",
    "PositiveLongOrDefault",
    "Reflected",
    "String",
    "StringOrNull",
    "TokenList",
    "UnsignedLong",
    "bad_type",
    "number_text",
    "parse_double",
    "parse_integer",
    "string",
    "to_double",
    "to_long",
]

T = TypeVar("T")
S = TypeVar("S")

_INTEGER = re.compile(r"[\t\n\f\r ]*([+-]?[0-9]+)")
_DOUBLE = re.compile(r"[\t\n\f\r ]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
#: https://url.spec.whatwg.org/#concept-basic-url-parser begins with leaving these out at both ends.
_NO_PART_OF_AN_ADDRESS = "".join(map(chr, range(0x21)))
_MAX_LONG = 2**31 - 1


def parse_integer(text: str) -> int | None:
    """https://html.spec.whatwg.org/#rules-for-parsing-integers; ``None`` is the standard's error."""
    match = _INTEGER.match(text)
    return int(match[1]) if match else None


def parse_double(text: str) -> float | None:
    """https://html.spec.whatwg.org/#rules-for-parsing-floating-point-number-values; ``None`` is the error."""
    match = _DOUBLE.match(text)
    value = float(match[1]) if match else math.inf
    return value if math.isfinite(value) else None


def number_text(value: float) -> str:
    """A number as JavaScript writes it. https://tc39.es/ecma262/#sec-numeric-types-number-tostring"""
    if isinstance(value, int):
        return str(int(value))
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    # Python finds the same digits as JavaScript, and differs in when it writes an exponent.
    mantissa, _, exponent = repr(float(value)).partition("e")
    if exponent and -7 < int(exponent) < 21:
        return format(Decimal(repr(float(value))), "f")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent):+d}" if exponent else mantissa


def bad_type(element: Element, name: str, value: object, wanted: str) -> TypeError:
    """The error for a value of a wrong type: which property, what it got, what it wants."""
    shown = repr(value)
    got = (
        "None"
        if value is None
        else f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:37] + '...'}"
    )
    return TypeError(f"{name} of <{element._tag}> must be {wanted}, not {got}")


def string(element: Element, name: str, value: object, *, none: str | None = None) -> str:
    """A ``DOMString``: a ``str`` as it is; an ``int``, a ``float`` or a ``bool`` as JavaScript writes it.

    Args:
        element: For the message.
        name: The property, for the message.
        value: What was given.
        none: What ``None`` means, if it means anything.

    Raises:
        TypeError: If it is anything else.
        InvalidCharacterError: If it has a lone surrogate.
    """
    if isinstance(value, str):
        return value if value.isascii() else names.text(value, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if value is None and none is not None:
        return none
    raise bad_type(element, name, value, "a str")


def to_long(element: Element, name: str, value: object) -> int:
    """A ``long``: an integer of 32 bits; others wrap around, as in JavaScript. https://webidl.spec.whatwg.org/#js-long

    A ``float`` without a fraction counts as an integer, and so does whatever has ``__index__`` (NumPy's).

    Raises:
        TypeError: If it is none.
    """
    if isinstance(value, float) and value.is_integer():
        number = int(value)
    else:
        try:
            number = operator.index(value)  # type: ignore[arg-type]  # it raises TypeError for what has no __index__
        except TypeError:
            raise bad_type(element, name, value, "an int") from None
    return (number + 2**31) % 2**32 - 2**31


def to_double(element: Element, name: str, value: object, *, finite: bool = True) -> float:
    """A number.

    Raises:
        TypeError: If it is none, or is not finite although it has to be.
    """
    if isinstance(value, str) or not (hasattr(value, "__float__") or hasattr(value, "__index__")):
        raise bad_type(element, name, value, "a number")
    number = float(value)  # type: ignore[arg-type]  # the line above has looked
    if finite and not math.isfinite(number):
        raise bad_type(element, name, value, "a finite number")
    return number


class Reflected(Generic[T, S]):
    """A property of type ``T``, which can be set to an ``S``, that reflects an attribute.

    Args:
        attribute: The attribute's name, in lower case.
        clause: Fragment of the clause in the HTML standard.
    """

    #: How the docstring of the property begins.
    what = "The attribute"

    def __init__(self, attribute: str, clause: str = "") -> None:
        self.attribute = attribute
        self.clause = clause
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        # One link, to the property's own clause, is all that a person who asks help() for it needs.
        link = (
            self.clause if self.clause.startswith("http") else f"https://html.spec.whatwg.org/#{self.clause}"
        )
        self.__doc__ = f"{self.what} ``{self.attribute}``. {link}"

    @overload
    def __get__(self, element: None, owner: type) -> Self: ...
    @overload
    def __get__(self, element: Element, owner: type) -> T: ...
    def __get__(self, element: Element | None, owner: type) -> T | Self:
        return self if element is None else self.read(element)

    def __set__(self, element: Element, value: S) -> None:
        self.write(element, value)

    def read(self, element: Element) -> T:
        """The value for the element's attribute."""
        raise NotImplementedError

    def write(self, element: Element, value: S) -> None:
        """Set the element's attribute."""
        raise NotImplementedError

    def text(self, element: Element) -> str | None:
        """The attribute's text, or ``None``."""
        return element._attributes.get(self.attribute)

    def put(self, element: Element, text: str | None) -> None:
        """Set the attribute, or remove it for ``None``."""
        if text is None:
            element.removeAttribute(self.attribute)
        else:
            element.setAttribute(self.attribute, text)


class String(Reflected[str, str]):
    """The text of the attribute, or ``""``."""

    what = "The text of the attribute"

    def read(self, element: Element) -> str:
        """See `Reflected.read`."""
        return element._attributes.get(self.attribute, "")

    def write(self, element: Element, value: str) -> None:
        """See `Reflected.write`."""
        self.put(element, string(element, self.name, value))


class StringOrNull(Reflected[str, "str | None"]):
    """A `String` which takes ``None`` for ``""``: ``[LegacyNullToEmptyString]`` in the standard."""

    what = "The text of the attribute"

    def read(self, element: Element) -> str:
        """See `Reflected.read`."""
        return element._attributes.get(self.attribute, "")

    def write(self, element: Element, value: str | None) -> None:
        """See `Reflected.write`."""
        self.put(element, string(element, self.name, value, none=""))


class URL(String):
    """An address, as it is written in the attribute.

    A browser resolves it against the address of the page, which Python does not know.
    """

    what = "The address, as it is written in the attribute"

    def read(self, element: Element) -> str:
        """See `Reflected.read`."""
        return element._attributes.get(self.attribute, "").strip(_NO_PART_OF_AN_ADDRESS)


class NullableString(Reflected["str | None", "str | None"]):
    """The text of the attribute, or ``None``; setting ``None`` removes the attribute."""

    what = "The text, or None, of the attribute"

    def read(self, element: Element) -> str | None:
        """See `Reflected.read`."""
        return element._attributes.get(self.attribute)

    def write(self, element: Element, value: str | None) -> None:
        """See `Reflected.write`."""
        self.put(element, None if value is None else string(element, self.name, value))


class Boolean(Reflected[bool, bool]):
    """Whether the attribute is there. Anything can be set: what counts is its truth value, as in JavaScript."""

    what = "Whether there is the attribute"

    def read(self, element: Element) -> bool:
        """See `Reflected.read`."""
        return self.attribute in element._attributes

    def write(self, element: Element, value: bool) -> None:
        """See `Reflected.write`."""
        self.put(element, "" if value else None)


class _Keywords:
    """The states of an enumerated attribute."""

    def __init__(self, keywords: str, aliases: Mapping[str, str]) -> None:
        self._canonical = {**{keyword: keyword for keyword in keywords.split()}, **aliases}

    def find(self, text: str) -> str | None:
        # Keywords are compared without regard to the case of ASCII letters, and of no others.
        return self._canonical.get(text.lower()) if text.isascii() else None


class Enumerated(Reflected[str, str]):
    """One of some keywords. Any text can be set, but what is read is always a keyword, or a default.

    Args:
        attribute: The attribute's name, in lower case.
        keywords: Separated by spaces.
        missing: What is read if there is no attribute.
        invalid: What is read if its text is no keyword.
        aliases: Further texts, and the keywords that they stand for.
        clause: Fragment of the clause in the HTML standard.
    """

    what = "The state, as a keyword, of the attribute"

    def __init__(
        self,
        attribute: str,
        keywords: str,
        *,
        missing: str = "",
        invalid: str = "",
        aliases: Mapping[str, str] | None = None,
        clause: str = "",
    ) -> None:
        super().__init__(attribute, clause)
        self._keywords = _Keywords(keywords, aliases or {})
        self._missing = missing
        self._invalid = invalid

    def read(self, element: Element) -> str:
        """See `Reflected.read`."""
        text = self.text(element)
        if text is None:
            return self._missing
        found = self._keywords.find(text)
        return self._invalid if found is None else found

    def write(self, element: Element, value: str) -> None:
        """See `Reflected.write`."""
        self.put(element, string(element, self.name, value))


class NullableEnumerated(Reflected["str | None", "str | None"]):
    """An `Enumerated` that is ``None`` if there is no attribute; setting ``None`` removes it."""

    what = "The state, as a keyword or None, of the attribute"

    def __init__(
        self,
        attribute: str,
        keywords: str,
        *,
        invalid: str,
        aliases: Mapping[str, str] | None = None,
        clause: str = "",
    ) -> None:
        super().__init__(attribute, clause)
        self._keywords = _Keywords(keywords, aliases or {})
        self._invalid = invalid

    def read(self, element: Element) -> str | None:
        """See `Reflected.read`."""
        text = self.text(element)
        if text is None:
            return None
        found = self._keywords.find(text)
        return self._invalid if found is None else found

    def write(self, element: Element, value: str | None) -> None:
        """See `Reflected.write`."""
        self.put(element, None if value is None else string(element, self.name, value))


class _Integer(Reflected[int, int]):
    what = "The integer in the attribute"

    def __init__(self, attribute: str, default: int = 0, clause: str = "") -> None:
        super().__init__(attribute, clause)
        self._default = default

    def _number(self, element: Element) -> int | None:
        text = self.text(element)
        return None if text is None else parse_integer(text)


class Long(_Integer):
    """A signed integer of 32 bits."""

    def read(self, element: Element) -> int:
        """See `Reflected.read`."""
        number = self._number(element)
        return number if number is not None and -_MAX_LONG - 1 <= number <= _MAX_LONG else self._default

    def write(self, element: Element, value: int) -> None:
        """See `Reflected.write`."""
        self.put(element, str(to_long(element, self.name, value)))


class NonNegativeLong(_Integer):
    """An integer that is not negative; -1 is read if there is none.

    Raises:
        IndexSizeError: When set to a negative one.
    """

    def __init__(self, attribute: str, default: int = -1, clause: str = "") -> None:
        super().__init__(attribute, default, clause)

    def read(self, element: Element) -> int:
        """See `Reflected.read`."""
        number = self._number(element)
        return number if number is not None and 0 <= number <= _MAX_LONG else self._default

    def write(self, element: Element, value: int) -> None:
        """See `Reflected.write`."""
        number = to_long(element, self.name, value)
        if number < 0:
            raise IndexSizeError(f"{self.name} of <{element._tag}> must not be negative, not {value}")
        self.put(element, str(number))


class UnsignedLong(_Integer):
    """An integer of at least 0; the default is set instead of one that is too large."""

    minimum = 0

    def read(self, element: Element) -> int:
        """See `Reflected.read`."""
        number = self._number(element)
        return number if number is not None and self.minimum <= number <= _MAX_LONG else self._default

    def write(self, element: Element, value: int) -> None:
        """See `Reflected.write`."""
        number = to_long(element, self.name, value) % 2**32
        self.put(element, str(number if self.minimum <= number <= _MAX_LONG else self._default))


class PositiveLong(UnsignedLong):
    """An integer greater than 0; the default is set instead of one that is too large.

    Raises:
        IndexSizeError: When set to 0.
    """

    minimum = 1

    def write(self, element: Element, value: int) -> None:
        """See `Reflected.write`."""
        if to_long(element, self.name, value) == 0:
            raise IndexSizeError(f"{self.name} of <{element._tag}> must be greater than 0")
        super().write(element, value)


class PositiveLongOrDefault(UnsignedLong):
    """An integer greater than 0; the default is set instead of another one."""

    minimum = 1


class Clamped(UnsignedLong):
    """An integer that is read as the nearest one of a range.

    Args:
        attribute: The attribute's name, in lower case.
        default: What is read if there is none.
        lowest: The least that is read.
        highest: The most that is read.
        clause: Fragment of the clause in the HTML standard.
    """

    def __init__(self, attribute: str, default: int, lowest: int, highest: int, clause: str = "") -> None:
        super().__init__(attribute, default, clause)
        self._lowest = lowest
        self._highest = highest

    def read(self, element: Element) -> int:
        """See `Reflected.read`."""
        number = self._number(element)
        if number is None or number < 0:
            return self._default
        return min(max(number, self._lowest), self._highest)


class Double(Reflected[float, float]):
    """A floating-point number.

    Raises:
        TypeError: When set to one that is not finite.
    """

    what = "The number in the attribute"

    def __init__(self, attribute: str, default: float = 0.0, clause: str = "") -> None:
        super().__init__(attribute, clause)
        self._default = default

    def read(self, element: Element) -> float:
        """See `Reflected.read`."""
        text = self.text(element)
        number = None if text is None else parse_double(text)
        return self._default if number is None else number

    def write(self, element: Element, value: float) -> None:
        """See `Reflected.write`."""
        self.put(element, number_text(to_double(element, self.name, value)))


class PositiveDouble(Double):
    """A floating-point number greater than 0; setting another one does nothing."""

    def read(self, element: Element) -> float:
        """See `Reflected.read`."""
        number = super().read(element)
        return number if number > 0 else self._default

    def write(self, element: Element, value: float) -> None:
        """See `Reflected.write`."""
        if to_double(element, self.name, value) > 0:
            super().write(element, value)


class TokenList(Reflected[DOMTokenList, str]):
    """The attribute as a `DOMTokenList`; setting it sets the attribute's text."""

    what = "The tokens of the attribute"

    def __init__(self, attribute: str, supported: str | None = None, clause: str = "") -> None:
        super().__init__(attribute, clause)
        self._supported = None if supported is None else frozenset(supported.split())

    def read(self, element: Element) -> DOMTokenList:
        """See `Reflected.read`."""
        return DOMTokenList(element, self.attribute, self._supported)

    def write(self, element: Element, value: str) -> None:
        """See `Reflected.write`."""
        if isinstance(value, DOMTokenList):
            value = value.value
        self.put(element, string(element, self.name, value))


class ElementReference(Reflected["Element | None", "Element | None"]):
    """The element whose ``id`` the attribute has.

    A browser remembers the element itself and leaves the attribute empty; here it is found by its ``id``, so it
    must have one.

    Raises:
        InvalidStateError: When set to an element without an ``id``.
    """

    what = "The element whose id is in the attribute"

    def read(self, element: Element) -> Element | None:
        """See `Reflected.read`."""
        text = self.text(element)
        return _found(element, text) if text else None

    def write(self, element: Element, value: Element | None) -> None:
        """See `Reflected.write`."""
        self.put(element, None if value is None else _identifier(element, self.name, value))


class ElementReferences(Reflected["list[Element] | None", "Sequence[Element] | None"]):
    """The elements whose ``id``s the attribute has; ``None`` if there is no attribute. See `ElementReference`."""

    what = "The elements whose ids are in the attribute"

    def read(self, element: Element) -> list[Element] | None:
        """See `Reflected.read`."""
        text = self.text(element)
        if text is None:
            return None
        found = (_found(element, identifier) for identifier in DOMTokenList(element, self.attribute))
        return [other for other in found if other is not None]

    def write(self, element: Element, value: Sequence[Element] | None) -> None:
        """See `Reflected.write`."""
        text = None if value is None else " ".join(_identifier(element, self.name, other) for other in value)
        self.put(element, text)


def _found(element: Element, identifier: str) -> Element | None:
    found = element._document.getElementById(identifier, strict=False)
    return found if found is not None and found.getRootNode() is element.getRootNode() else None


def _identifier(element: Element, name: str, other: object) -> str:
    identifier = getattr(other, "id", None)
    if not isinstance(identifier, str):
        raise bad_type(element, name, other, "an element")
    if not identifier:
        raise InvalidStateError(
            f"{name} of <{element._tag}> needs an element that has an id: give {other!r} one"
        )
    return identifier
