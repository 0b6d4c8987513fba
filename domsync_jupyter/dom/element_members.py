"""`ElementMembers`: what every `Element` has beside its attributes, its tree and its events.

Token lists, ARIA, and the parts of CSSOM View that make sense where nobody knows the layout.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from domsync_jupyter.dom.reflected_table import ARIAMixinAttributes
from domsync_jupyter.dom.reflection import Reflected, String, TokenList, bad_type, to_double

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domsync_jupyter.dom.element import Element

__all__ = ["ElementMembers", "Live", "ScrollIntoViewOptions", "ScrollToOptions", "options"]


class ScrollToOptions(TypedDict, total=False):
    """https://drafts.csswg.org/cssom-view/#dictdef-scrolltooptions"""

    left: float
    top: float
    behavior: Literal["auto", "instant", "smooth"]


class ScrollIntoViewOptions(TypedDict, total=False):
    """https://drafts.csswg.org/cssom-view/#dictdef-scrollintoviewoptions"""

    behavior: Literal["auto", "instant", "smooth"]
    block: Literal["start", "center", "end", "nearest"]
    inline: Literal["start", "center", "end", "nearest"]
    container: Literal["all", "nearest"]


class Live(Reflected[float, float]):
    """A number that the page has and no attribute tells; read is what Python wrote last, if it did.

    Args:
        name: The property's name.
        default: What is read if nothing was written.
        clause: Address of the clause in its standard, or fragment of the one in the HTML standard.
        finite: Whether a number that is not finite is an error; otherwise it counts as 0.
    """

    what = "The page's; as far as Python knows it:"

    def __init__(self, name: str, default: float, clause: str, *, finite: bool = True) -> None:
        super().__init__(name, clause)
        self._default = default
        self._finite = finite

    def read(self, element: Element) -> float:
        """See `Reflected.read`."""
        value: float = (element._properties or {}).get(self.name, self._default)
        return value

    def write(self, element: Element, value: float) -> None:
        """See `Reflected.write`."""
        number = to_double(element, self.name, value, finite=self._finite)
        element._put_property(self.name, number if math.isfinite(number) else 0.0)


_SCROLL_TO: Final = frozenset(ScrollToOptions.__annotations__)
_SCROLL_INTO_VIEW: Final = frozenset(ScrollIntoViewOptions.__annotations__)


class ElementMembers(ARIAMixinAttributes):
    """Base of `Element`. https://dom.spec.whatwg.org/#interface-element"""

    __slots__ = ()

    if TYPE_CHECKING:  # what `Element` has

        def _call(self, method: str, *arguments: object) -> None: ...

    classList = TokenList("class", clause="https://dom.spec.whatwg.org/#dom-element-classlist")
    part = TokenList("part", clause="https://drafts.csswg.org/css-shadow/#dom-element-part")
    slot = String("slot", clause="https://dom.spec.whatwg.org/#dom-element-slot")
    scrollTop = Live(
        "scrollTop", 0.0, "https://drafts.csswg.org/cssom-view/#dom-element-scrolltop", finite=False
    )
    scrollLeft = Live(
        "scrollLeft", 0.0, "https://drafts.csswg.org/cssom-view/#dom-element-scrollleft", finite=False
    )

    def scrollIntoView(self, arg: bool | ScrollIntoViewOptions | None = None) -> None:
        """Scroll the element into view, in every view of the document.

        https://drafts.csswg.org/cssom-view/#dom-element-scrollintoview

        Args:
            arg: Whether its top (the default), or else its bottom, is to be seen; or the options of the standard.

        Raises:
            TypeError: If `arg` is something else, or an option is not known.
        """
        if arg is None:
            self._call("scrollIntoView")
        elif isinstance(arg, bool):
            self._call("scrollIntoView", arg)
        else:
            self._call("scrollIntoView", options(self, "scrollIntoView", arg, _SCROLL_INTO_VIEW))

    def scrollTo(self, x: float | ScrollToOptions, y: float | None = None) -> None:
        """Scroll the element's content. https://drafts.csswg.org/cssom-view/#dom-element-scrollto

        Args:
            x: Pixels from the left; or the options ``left``, ``top`` and ``behavior`` as a mapping.
            y: Pixels from the top, if `x` is a number.

        Raises:
            TypeError: If an argument is missing or of a wrong type, or an option is not known.
        """
        self._scroll("scrollTo", x, y)

    def scroll(self, x: float | ScrollToOptions, y: float | None = None) -> None:
        """The same as `scrollTo`. https://drafts.csswg.org/cssom-view/#dom-element-scroll"""
        self._scroll("scrollTo", x, y)

    def scrollBy(self, x: float | ScrollToOptions, y: float | None = None) -> None:
        """Scroll the element's content further by so much; see `scrollTo`.

        https://drafts.csswg.org/cssom-view/#dom-element-scrollby
        """
        self._scroll("scrollBy", x, y)

    def _scroll(self, method: str, x: float | ScrollToOptions, y: float | None) -> None:
        if isinstance(x, (int, float)):
            if not isinstance(y, (int, float)):
                raise bad_type(self, f"the second argument of {method}()", y, "a number")  # type: ignore[arg-type]  # it is an Element
            self._call(method, x, y)
        else:
            self._call(method, options(self, method, x, _SCROLL_TO))


def options(element: object, method: str, given: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The options of a call, checked, as a ``dict`` that can go to the page.

    Raises:
        TypeError: If they are no mapping, one is not known, or a value is neither text, number nor truth value.
    """
    from domsync_jupyter.dom.suggestions import did_you_mean  # noqa: PLC0415 - only here

    try:
        checked = dict(given)
    except (TypeError, ValueError):
        raise TypeError(
            f"the options of {method}() must be a mapping of {', '.join(sorted(known))}, not {type(given).__name__}"
        ) from None
    for name, value in checked.items():
        if name not in known:
            raise TypeError(f"{method}() has no option {name!r}{did_you_mean(str(name), known)}")
        if not isinstance(value, (str, int, float)):
            raise TypeError(
                f"the option {name} of {method}() must be text, a number or a bool, not {value!r}"
            )
    return checked
