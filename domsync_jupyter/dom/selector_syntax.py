"""The text of a CSS selector to a tree of simple selectors. https://drafts.csswg.org/selectors/#grammar

tinycss2 makes the tokens, as CSS Syntax says. Must not know of the DOM: the meaning is given by
`domsync_jupyter.dom.selectors`. Accepted is what browsers accept for ``querySelector``, except for pseudo-classes
of which only a page knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import tinycss2  # type: ignore[import-untyped]  # it has no types
from tinycss2.nth import parse_nth  # type: ignore[import-untyped]  # it has no types

from domsync_jupyter.errors import DOMSyntaxError, NotSupportedError

__all__ = ["Attribute", "Complex", "Compound", "Pseudo", "parse_selector", "specificity"]

#: A token of tinycss2, which has no types.
Token = Any

#: Pseudo-classes without an argument.
SIMPLE: Final = frozenset(
    {
        "any-link", "checked", "default", "defined", "disabled", "empty", "enabled", "first-child", "first-of-type",
        "indeterminate", "last-child", "last-of-type", "link", "only-child", "only-of-type", "open", "optional",
        "placeholder-shown", "read-only", "read-write", "required", "root", "scope",
    }
)  # fmt: skip
#: What belongs to one viewer at one moment; in the document in Python, nobody points at anything.
NEVER: Final = frozenset(
    {
        "active", "focus", "focus-visible", "focus-within", "fullscreen", "host", "hover", "modal",
        "picture-in-picture", "popover-open", "target", "visited",
    }
)  # fmt: skip
# Pseudo-classes that browsers know and for which the document in Python has no answer.
_PAGE_ONLY: Final = frozenset(
    {
        "autofill", "buffering", "dir", "in-range", "invalid", "muted", "out-of-range", "paused", "playing",
        "seeking", "stalled", "state", "user-invalid", "user-valid", "valid", "volume-locked",
    }
)  # fmt: skip
_NTH: Final = frozenset({"nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type"})
# With one colon for the sake of old style sheets. They are valid, and no element matches them.
_OLD_PSEUDO_ELEMENTS: Final = frozenset({"after", "before", "first-letter", "first-line"})
_PSEUDO_ELEMENTS: Final = _OLD_PSEUDO_ELEMENTS | {
    "backdrop", "cue", "details-content", "file-selector-button", "grammar-error", "marker", "placeholder",
    "selection", "spelling-error", "target-text", "view-transition",
}  # fmt: skip

_OPERATORS: Final = frozenset({"=", "~=", "|=", "^=", "$=", "*="})


@dataclass(slots=True, frozen=True, eq=False)
class Attribute:
    """``[name operator value flag]``."""

    name: str
    operator: str = ""
    value: str = ""
    #: Whether case of ASCII letters counts; ``None`` if it depends on the attribute.
    case_sensitive: bool | None = None
    any_namespace: bool = False


@dataclass(slots=True, frozen=True, eq=False)
class Pseudo:
    """A pseudo-class, with the selectors or the ``An+B`` in its parentheses."""

    name: str
    selectors: tuple[Complex, ...] = ()
    a: int = 0
    b: int = 0
    languages: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Compound:
    """Simple selectors that one element has to match, all of them."""

    #: ``None`` for any.
    tag: str | None = None
    #: ``|tag``: an element without a namespace.
    no_namespace: bool = False
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    pseudos: list[Pseudo] = field(default_factory=list)
    #: It ends in a pseudo-element, which is no element.
    never: bool = False
    #: The element that a selector in ``:has()`` starts from.
    anchor: bool = False


@dataclass(slots=True, frozen=True, eq=False)
class Complex:
    """Compound selectors from right to left, and between each and the next its combinator."""

    compounds: tuple[Compound, ...]
    combinators: tuple[str, ...]


@lru_cache(maxsize=512)
def parse_selector(text: str) -> tuple[Complex, ...]:
    """Parse a selector list.

    Raises:
        DOMSyntaxError: If it is not one.
        NotSupportedError: If it has a pseudo-class of which only a page knows.
    """
    try:
        return _Parser(tinycss2.parse_component_value_list(text, skip_comments=True)).selector_list()
    except _Invalid as error:
        raise DOMSyntaxError(f"{text!r} is not a valid selector: {error}") from None
    except RecursionError:
        raise DOMSyntaxError(f"{text[:40]!r}... is not a valid selector: it is nested too deep") from None


class _Invalid(Exception):
    """What is wrong with a selector."""


class _Parser:
    """Reads a list of tokens from left to right."""

    def __init__(self, tokens: list[Token], *, in_has: bool = False) -> None:
        # A string that the text's end closes is a string, and no error.
        self._tokens = [
            item
            for item in tokens
            if item.type != "comment" and not (item.type == "error" and item.kind == "eof-in-string")
        ]
        self._at = 0
        self._in_has = in_has

    def selector_list(self, *, relative: bool = False, pseudo_elements: bool = True) -> tuple[Complex, ...]:
        """https://drafts.csswg.org/selectors/#typedef-selector-list; each has to be valid."""
        result = [self._complex(relative=relative, pseudo_elements=pseudo_elements)]
        while self._peek() == ",":
            self._at += 1
            result.append(self._complex(relative=relative, pseudo_elements=pseudo_elements))
        if self._peek() is not None:
            raise _Invalid(f"{self._next().serialize()!r} is not expected here")
        return tuple(result)

    def forgiving_list(self) -> tuple[Complex, ...]:
        """What is not valid is left out. https://drafts.csswg.org/selectors/#typedef-forgiving-selector-list"""
        parts: list[list[Token]] = [[]]
        for item in self._tokens:
            if item == ",":
                parts.append([])
            else:
                parts[-1].append(item)
        result: list[Complex] = []
        for part in parts:
            try:
                result += _Parser(part, in_has=self._in_has).selector_list(pseudo_elements=False)
            except _Invalid:
                continue
        return tuple(result)

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> Token:
        item = self._peek()
        if item is None:
            raise _Invalid("it ends too soon")
        self._at += 1
        return item

    def _skip_blanks(self) -> bool:
        start = self._at
        while (item := self._peek()) is not None and item.type == "whitespace":
            self._at += 1
        return self._at > start

    def _combinator(self) -> str | None:
        """The combinator that comes next, or ``None`` at the end of a complex selector."""
        blank = self._skip_blanks()
        item = self._peek()
        if item is None or item == ",":
            return None
        if item.type == "literal" and item.value in (">", "+", "~"):
            self._at += 1
            self._skip_blanks()
            return str(item.value)
        return " " if blank else None

    def _complex(self, *, relative: bool, pseudo_elements: bool) -> Complex:
        compounds: list[Compound] = []
        combinators: list[str] = []
        self._skip_blanks()
        if relative:
            compounds.append(Compound(anchor=True))
            combinators.append(self._combinator() or " ")
        compounds.append(self._compound(pseudo_elements=pseudo_elements))
        while (combinator := self._combinator()) is not None:
            if compounds[-1].never:
                raise _Invalid("nothing can follow a pseudo-element")
            combinators.append(combinator)
            compounds.append(self._compound(pseudo_elements=pseudo_elements))
        return Complex(tuple(reversed(compounds)), tuple(reversed(combinators)))

    def _compound(self, *, pseudo_elements: bool) -> Compound:
        compound = Compound()
        start = self._at
        self._type(compound)
        while (item := self._peek()) is not None:
            if item.type == "hash" and item.is_identifier:
                self._at += 1
                compound.ids.append(item.value)
            elif item == ".":
                self._at += 1
                compound.classes.append(self._ident("a class"))
            elif item.type == "[] block":
                self._at += 1
                compound.attributes.append(_Parser(item.content).attribute())
            elif item == "&":
                # https://drafts.csswg.org/css-nesting-1/#nest-selector: outside a style rule it is :scope.
                self._at += 1
                compound.pseudos.append(Pseudo("scope"))
            elif item == ":":
                self._at += 1
                self._pseudo(compound, pseudo_elements=pseudo_elements)
            else:
                break
            if compound.never and item != ":":
                raise _Invalid("nothing can follow a pseudo-element")
        if self._at == start:
            item = self._peek()
            found = "its end" if item is None else repr(item.serialize())
            raise _Invalid(f"a selector is expected, and {found} was found")
        return compound

    def _ident(self, what: str) -> str:
        item = self._next()
        if item.type != "ident":
            raise _Invalid(f"{what} is expected instead of {item.serialize()!r}")
        return str(item.value)

    def _type(self, compound: Compound) -> None:
        item = self._peek()
        if item is None or not (item.type == "ident" or item in ("*", "|")):
            return
        if item != "|":
            self._at += 1
            if self._peek() != "|":
                compound.tag = None if item == "*" else item.value
                return
            if item != "*":
                raise _Invalid(f"there is no namespace {item.value!r}: only '*|' can be used")
        self._at += 1
        compound.no_namespace = item == "|"
        item = self._next()
        if item.type != "ident" and item != "*":
            raise _Invalid(f"a tag is expected instead of {item.serialize()!r}")
        compound.tag = None if item == "*" else item.value

    def attribute(self) -> Attribute:
        """What is in the brackets of an attribute selector."""
        any_namespace = False
        self._skip_blanks()
        if self._peek() in ("*", "|") and self._next() == "*":
            any_namespace = True
            if self._next() != "|":
                raise _Invalid("an attribute is expected instead of '*'")
        name = self._ident("an attribute")
        self._skip_blanks()
        item = self._peek()
        if item is None:
            return Attribute(name, any_namespace=any_namespace)
        if item.type != "literal" or item.value not in _OPERATORS:
            raise _Invalid(f"{item.serialize()!r} cannot stand after the attribute {name!r}")
        operator = self._next().value
        self._skip_blanks()
        item = self._next()
        if item.type not in ("ident", "string"):
            raise _Invalid(f"the value {item.serialize()!r} has to be in quotes")
        value = item.value
        self._skip_blanks()
        case_sensitive = None
        if self._peek() is not None:
            flag = self._ident("'i' or 's'").lower()
            if flag not in ("i", "s"):
                raise _Invalid(f"{flag!r} is neither 'i' nor 's'")
            case_sensitive = flag == "s"
            self._skip_blanks()
        if self._peek() is not None:
            raise _Invalid(f"{self._next().serialize()!r} is not expected in brackets")
        return Attribute(name, operator, value, case_sensitive, any_namespace)

    def _pseudo(self, compound: Compound, *, pseudo_elements: bool) -> None:
        item = self._next()
        double = item == ":"
        if double:
            item = self._next()
        if item.type == "function":
            name = item.lower_name
        elif item.type == "ident":
            name = item.lower_value
        else:
            raise _Invalid(f"a pseudo-class is expected instead of {item.serialize()!r}")
        if double or name in _OLD_PSEUDO_ELEMENTS:
            known = name in _PSEUDO_ELEMENTS or name.startswith("-webkit-")
            if not known or not pseudo_elements or item.type == "function":
                raise _Invalid(f"the pseudo-element {name!r} cannot be used here")
            compound.never = True
        elif compound.never:
            raise _Invalid("nothing can follow a pseudo-element")
        elif item.type == "function":
            compound.pseudos.append(self._function(name, item.arguments))
        elif name in SIMPLE or name in NEVER:
            compound.pseudos.append(Pseudo(name))
        else:
            raise self._unknown(name)

    def _function(self, name: str, arguments: list[Token]) -> Pseudo:
        inner = _Parser(arguments, in_has=self._in_has)
        if name in ("is", "where"):
            return Pseudo(name, inner.forgiving_list())
        if name == "not":
            return Pseudo("not", inner.selector_list(pseudo_elements=False))
        if name == "has":
            if self._in_has:
                raise _Invalid(":has() cannot be inside :has()")
            inner = _Parser(arguments, in_has=True)
            return Pseudo("has", inner.selector_list(relative=True, pseudo_elements=False))
        if name in _NTH:
            return self._nth(name, arguments)
        if name == "lang":
            return Pseudo("lang", languages=inner.languages())
        raise self._unknown(name)

    def _nth(self, name: str, arguments: list[Token]) -> Pseudo:
        of = next(
            (i for i, item in enumerate(arguments) if item.type == "ident" and item.lower_value == "of"), None
        )
        if of is not None and name.endswith("-of-type"):
            raise _Invalid(f":{name}() takes no 'of'")
        numbers = parse_nth(arguments[:of])
        if numbers is None:
            raise _Invalid(f":{name}() needs a number, 'odd', 'even' or a formula such as '2n+1'")
        selectors: tuple[Complex, ...] = ()
        if of is not None:
            selectors = _Parser(arguments[of + 1 :], in_has=self._in_has).selector_list(pseudo_elements=False)
        return Pseudo(name, selectors, *numbers)

    def languages(self) -> tuple[str, ...]:
        """The argument of ``:lang()``."""
        result: list[str] = []
        while True:
            self._skip_blanks()
            item = self._next()
            if item.type not in ("ident", "string"):
                raise _Invalid(f"a language is expected instead of {item.serialize()!r}")
            result.append(item.value.lower())
            self._skip_blanks()
            if self._peek() is None:
                return tuple(result)
            if self._next() != ",":
                raise _Invalid("languages are separated by ','")

    def _unknown(self, name: str) -> Exception:
        if name in _PAGE_ONLY:
            return NotSupportedError(
                f":{name} depends on what only the page knows, so it cannot be looked for here"
            )
        return _Invalid(f"there is no pseudo-class {name!r}")


def specificity(selector: Complex) -> tuple[int, int, int]:
    """How specific a selector is: ids, then classes and the like, then types.

    https://drafts.csswg.org/selectors/#specificity-rules
    """
    ids = classes = types = 0
    for compound in selector.compounds:
        ids += len(compound.ids)
        classes += len(compound.classes) + len(compound.attributes)
        types += compound.tag is not None
        for pseudo in compound.pseudos:
            if pseudo.name == "where":
                continue
            inner = max((specificity(each) for each in pseudo.selectors), default=(0, 0, 0))
            ids += inner[0]
            # These stand for their most specific argument alone.
            classes += inner[1] + (pseudo.name not in ("is", "not", "has"))
            types += inner[2]
    return ids, classes, types
