"""`CSSStyleDeclaration`: the ``style`` attribute as declarations.

The attribute is all the state there is. Its text is parsed once (by tinycss2) and remembered, and text that is
written here need not be parsed at all, so that setting a property in a loop costs little.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from domsync_jupyter.dom import names
from domsync_jupyter.dom.css_properties import PROPERTIES, SHORTHANDS
from domsync_jupyter.dom.reflection import number_text
from domsync_jupyter.dom.suggestions import did_you_mean
from domsync_jupyter.errors import DOMSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domsync_jupyter.dom.element import Element

__all__ = ["CSSStyleDeclaration"]

#: Values that need no parser to see that they are whole: words, numbers, and functions of them, nested twice.
_PLAIN = r"(?:[\w .#%,+*-]|/(?!\*))*"
_is_simple = re.compile(
    rf"(?! ){_PLAIN}(?:\({_PLAIN}(?:\({_PLAIN}\){_PLAIN})*\){_PLAIN})*(?<! )", re.ASCII
).fullmatch
_NAME = re.compile(r"-?-?[a-zA-Z_\u0080-\U0010ffff][\w\u0080-\U0010ffff-]*|--")


class _Declaration(NamedTuple):
    value: str
    important: bool = False


_Declarations = dict[str, _Declaration]

#: Text of an attribute -> its declarations, which must not be changed. The oldest go first.
_parsed: dict[str, _Declarations] = {}
_MAX_PARSED = 2048
#: A block beside other tokens may be read as a nested rule, and what follows it as declarations.
_BLOCK = "a block beside other things"
_is_disjoint = SHORTHANDS.keys().isdisjoint


class CSSStyleDeclaration:
    """The declarations of a ``style`` attribute. https://drafts.csswg.org/cssom/#the-cssstyledeclaration-interface

    ``style.backgroundColor = "red"`` and ``style["background-color"] = "red"`` are the same; so is
    ``style.setProperty("background-color", "red")``. Custom properties go by their names: ``style["--gap"] = "3px"``.

    Values are kept as they are written: Python does not know which values a browser accepts, nor what it would make
    of them. A browser ignores a declaration that it does not understand. Shorthands are not taken
    apart: after ``style.margin = "1px"``, ``style.marginTop`` is ``""``, and cannot be removed alone. But setting a
    shorthand removes what it covers, and what is set last counts.

    Args:
        element: Whose attribute it is.
    """

    __slots__ = ("_element",)

    _element: Element

    def __init__(self, element: Element) -> None:
        object.__setattr__(self, "_element", element)

    def __repr__(self) -> str:
        return f"CSSStyleDeclaration({self.cssText!r})"

    def __str__(self) -> str:
        return self.cssText

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CSSStyleDeclaration):
            return self._get() == other._get()
        return NotImplemented

    # It changes, so it has no hash.
    __hash__ = None  # type: ignore[assignment]  # how Python wants it said

    def __len__(self) -> int:
        return len(self._get())

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._get()))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _css_name(name) in self._get()

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_css_names]

    # camelCase properties

    def __getattr__(self, name: str) -> str:
        return self._value(_property_named(self, name))

    def __setattr__(self, name: str, value: str | float | None) -> None:
        if name == "cssText":
            object.__setattr__(self, name, value)
        else:
            self._put(_css_names.get(name) or _property_named(self, name), value, important=False)

    def __delattr__(self, name: str) -> None:
        self._drop(_property_named(self, name))

    # CSS names

    def __getitem__(self, name: str) -> str:
        return self.getPropertyValue(name)

    def __setitem__(self, name: str, value: str | float | None) -> None:
        self.setProperty(name, value)

    def __delitem__(self, name: str) -> None:
        self.removeProperty(name)

    def update(self, declarations: Mapping[str, str | float | None]) -> None:
        """Set several properties, by their CSS names or in camelCase, as one change.

        Raises:
            AttributeError: If a name in camelCase is no CSS property; those before it were set.
            DOMSyntaxError: As `setProperty`; those before it were set.
        """
        with self._element._document.batch():
            for name, value in declarations.items():
                if "-" in name or name in PROPERTIES:
                    self[name] = value
                else:
                    setattr(self, name, value)

    @property
    def cssText(self) -> str:
        """All declarations as text. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-csstext

        What is no declaration in a text that is set is left out, as in a browser.

        Raises:
            TypeError: When set to what is not a ``str``.
        """
        return _serialised(self._get())

    @cssText.setter
    def cssText(self, text: str) -> None:
        self._write(_parse(names.text(text, "cssText")))

    @property
    def length(self) -> int:
        """The number of declarations. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-length"""
        return len(self._get())

    @property
    def parentRule(self) -> None:
        """No rule: it is an attribute's. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-parentrule"""
        return

    def item(self, index: int) -> str:
        """The name of a declared property, or ``""``. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-item"""
        declared = tuple(self._get())
        return declared[index] if 0 <= index < len(declared) else ""

    def getPropertyValue(self, property: str) -> str:
        """The declared value, or ``""``. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-getpropertyvalue"""
        return self._value(_css_name(property))

    def getPropertyPriority(self, property: str) -> str:
        """``"important"`` or ``""``. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-getpropertypriority"""
        declaration = self._get().get(_css_name(property))
        return "important" if declaration is not None and declaration.important else ""

    def setProperty(self, property: str, value: str | float | None, priority: str | None = "") -> None:
        """Declare a property. https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-setproperty

        Args:
            property: Its CSS name, such as ``"background-color"`` or ``"--gap"``.
            value: Its value, without ``!important``. ``""`` or ``None`` removes the declaration.
            priority: ``""``, ``None`` or ``"important"``.

        Raises:
            TypeError: If an argument is of a wrong type.
            DOMSyntaxError: If one could not be part of a declaration: a browser would ignore it in silence.
        """
        if not isinstance(property, str):
            raise TypeError(f"the name of a CSS property must be a str, not {type(property).__name__}")
        name = _css_name(property)
        if name not in PROPERTIES and not _NAME.fullmatch(name):
            raise DOMSyntaxError(f"{property!r} cannot be the name of a CSS property")
        if priority not in ("", None) and str(priority).lower() != "important":
            raise DOMSyntaxError(f"the priority of a declaration is '' or 'important', not {priority!r}")
        self._put(name, value, important=bool(priority))

    def removeProperty(self, property: str) -> str:
        """Remove a declaration; return its value, or ``""`` if there was none.

        https://drafts.csswg.org/cssom/#dom-cssstyledeclaration-removeproperty
        """
        return self._drop(_css_name(property))

    # Inside

    def _get(self) -> _Declarations:
        text = self._element._attributes.get("style")
        if not text:
            return {}
        found = _parsed.get(text)
        return _parse(text) if found is None else found

    def _value(self, name: str) -> str:
        declaration = self._get().get(name)
        return "" if declaration is None else declaration.value

    def _put(self, name: str, value: str | float | None, *, important: bool) -> None:
        if value is None or value == "":
            self._drop(name)
            return
        if isinstance(value, str):
            text = value if _is_simple(value) else _checked_value(name, value)
            if not text:
                return
        elif type(value) is not bool and isinstance(value, (int, float)):
            text = number_text(value)
        else:
            raise TypeError(f"the value of the CSS property {name} must be a str, not {type(value).__name__}")
        declaration = _Declaration(text, important)
        with self._element._document._lock:
            declared = self._get()
            if name in SHORTHANDS or not _is_disjoint(declared):
                changed = _with_shorthands(declared, name, declaration)
            elif declared.get(name) == declaration:
                return
            else:
                changed = {**declared, name: declaration}
            self._write(changed)

    def _drop(self, name: str) -> str:
        with self._element._document._lock:
            declared = self._get()
            mine = _longhands(name)
            changed = {key: value for key, value in declared.items() if not _longhands(key) <= mine}
            if len(changed) != len(declared):
                self._write(changed)
            return declared[name].value if name in declared else ""

    def _write(self, declared: _Declarations) -> None:
        text = _serialised(declared)
        if text not in _parsed:
            _remember(text, declared)
        self._element.setAttribute("style", text)


@lru_cache(maxsize=2048)
def _css_name(name: str) -> str:
    """A property as it is written in CSS: in lower case, except custom ones."""
    return name if name.startswith("--") else name.lower()


def _camel_name(css: str) -> str:
    return re.sub("-([a-z])", lambda match: match[1].upper(), css.removeprefix("-"))


#: ``backgroundColor`` -> ``background-color``
_css_names = {"cssFloat": "float", **{_camel_name(css): css for css in PROPERTIES}}


def _property_named(style: CSSStyleDeclaration, name: str) -> str:
    css = _css_names.get(name)
    if css is None and name.startswith("Webkit"):
        css = _css_names.get("w" + name[1:])
    if css is None:
        raise AttributeError(
            f"there is no CSS property {name!r}{did_you_mean(name, _css_names)}",
            name=name,
            obj=style,
        )
    return css


def _checked_value(name: str, value: str) -> str:
    """A value which is no simple one, if it stays within its declaration. https://drafts.csswg.org/css-syntax/#typedef-declaration-value

    Raises:
        InvalidCharacterError: If it has a lone surrogate.
        DOMSyntaxError: If it does not: then text of someone else's could bring in declarations of its own.
    """
    names.text(value, name)
    problem = _problem_of(value)
    if problem == _BLOCK and name.startswith("--"):
        problem = ""
    if problem:
        raise DOMSyntaxError(f"{value!r} cannot be the value of the CSS property {name}: it has {problem}")
    return value.strip("\t\n\f\r ")


@lru_cache(maxsize=1024)
def _problem_of(value: str) -> str:
    # It has no types; most programs never need it.
    import tinycss2  # type: ignore[import-untyped]  # noqa: PLC0415

    # What is left open at the end of a text is closed by the parser, so another token has to follow as it is.
    tokens = tinycss2.parse_component_value_list(value + ";x", skip_comments=False)
    if [token.type for token in tokens[-2:]] != ["literal", "ident"] or tokens[-1].value != "x":
        return "an open bracket, string or comment"
    for token in tokens[:-2]:
        if token.type == "error":
            return f"an error: {token.message}"
        if token.type == "literal" and token.value == ";":
            return "a ';': set one property at a time"
        if token.type == "literal" and token.value == "!":
            return "a '!': use setProperty(name, value, 'important')"
    if any(token.type == "{} block" for token in tokens[:-2]) and len(tokens) > 3:
        return _BLOCK
    return ""


def _parse(text: str) -> _Declarations:
    """The declarations of a ``style`` attribute's text."""
    found = _parsed.get(text)
    if found is not None:
        return found
    import tinycss2  # noqa: PLC0415 - most programs never need it

    declared: _Declarations = {}
    for node in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            continue
        name = node.name if node.name.startswith("--") else node.lower_name
        value = tinycss2.serialize(node.value).strip("\t\n\f\r ")
        if value or name.startswith("--"):
            declaration = _Declaration(value, node.important)
            before = declared.get(name)
            if before is None or declaration.important or not before.important:
                # The last one counts, unless an earlier one is important and it is not.
                declared.pop(name, None)
                declared[name] = declaration
    return _remember(text, declared)


def _remember(text: str, declared: _Declarations) -> _Declarations:
    while len(_parsed) >= _MAX_PARSED:
        try:
            del _parsed[next(iter(_parsed))]
        except (KeyError, RuntimeError, StopIteration):  # another thread does the same
            continue
    _parsed[text] = declared
    return declared


def _serialised(declared: _Declarations) -> str:
    """https://drafts.csswg.org/cssom/#serialize-a-css-declaration-block"""
    return " ".join(
        [
            f"{name}: {value} !important;" if important else f"{name}: {value};"
            for name, (value, important) in declared.items()
        ]
    )


def _with_shorthands(declared: _Declarations, name: str, declaration: _Declaration) -> _Declarations:
    """The declarations with one more, where order matters: a shorthand overrides what it covers, and the reverse."""
    mine = _longhands(name)
    kept = {
        key: value
        for key, value in declared.items()
        if key == name or not (_longhands(key) <= mine and key != name)
    }
    keys = list(kept)
    following = keys[keys.index(name) + 1 :] if name in kept else []
    if name in kept and not any(_longhands(key) & mine for key in following):
        return {**kept, name: declaration}
    kept.pop(name, None)
    return {**kept, name: declaration}


@lru_cache(maxsize=1024)
def _longhands(name: str) -> frozenset[str]:
    """What a shorthand sets; of another property, itself."""
    if name == "all":
        return frozenset(PROPERTIES - SHORTHANDS.keys() - {"direction", "unicode-bidi"})
    return frozenset(SHORTHANDS.get(name, name).split())
