"""`Code`: source text, in colours."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from domsync_jupyter.components.component import Component, Parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom import Element

__all__ = ["Code", "highlight"]

# Colours of their own: some of JupyterLab's have too little contrast.
STYLE = """
:where(.domsync-code) {
  margin: 0; padding: 10px 14px; overflow: auto; tab-size: 4; line-height: 1.5;
  background: var(--domsync-raised); border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius);
}
:where(.domsync-code > code) { padding: 0; background: none; }
:where(.domsync-code.domsync-wrap) { white-space: pre-wrap; overflow-wrap: anywhere; }
:where(.domsync-token-comment) { color: light-dark(#57606a, #9aa4af); font-style: italic; }
:where(.domsync-token-keyword) { color: light-dark(#b3202c, #ff8a80); }
:where(.domsync-token-string) { color: light-dark(#0a5a2e, #a5d6a7); }
:where(.domsync-token-number) { color: light-dark(#0550ae, #82b7ff); }
:where(.domsync-token-function) { color: light-dark(#6434b0, #d2a8ff); }
:where(.domsync-token-builtin) { color: light-dark(#8a4600, #ffb77c); }
:where(.domsync-token-inserted) { color: light-dark(#0a5a2e, #a5d6a7); }
:where(.domsync-token-deleted) { color: light-dark(#b3202c, #ff8a80); }
:where(.domsync-token-heading) { font-weight: 600; }
"""
#: A kind of token, as Pygments calls it -> what it looks like. The first that fits counts.
_KINDS = {
    "Token.Comment": "comment",
    "Token.Keyword.Constant": "number",
    "Token.Keyword": "keyword",
    "Token.Operator.Word": "keyword",
    "Token.Literal.String": "string",
    "Token.Literal": "number",
    "Token.Name.Function": "function",
    "Token.Name.Class": "function",
    "Token.Name.Decorator": "function",
    "Token.Name.Tag": "keyword",
    "Token.Name.Attribute": "function",
    "Token.Name.Builtin": "builtin",
    "Token.Name.Exception": "builtin",
    "Token.Generic.Inserted": "inserted",
    "Token.Generic.Deleted": "deleted",
    "Token.Generic.Heading": "heading",
    "Token.Generic.Subheading": "heading",
}


class Code(Component):
    r"""Source text in the colours of its language.

    ```python
    code = Code(document, "def area(radius):\n    return 3.14159 * radius**2")
    code.language, code.text = "json", '{"radius": 2}'
    ```

    Args:
        parent: The element, component or document to put it in.
        text: The source.
        language: A name that Pygments knows, such as ``"python"``; ``""`` for no colours.
        wrap: Break long lines instead of scrolling sidewards.

    Raises:
        ValueError: If there is no such language.
    """

    def __init__(
        self, parent: Parent, text: str = "", language: str = "python", *, wrap: bool = False
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        self._code = document.createElement("code")
        self._text, self._language = text, language
        self._show(text, language)
        # Who has no mouse can scroll what has the focus.
        element = document.createElement("pre", attributes={"class": "domsync-code", "tabindex": "0"})
        element.classList.toggle("domsync-wrap", wrap)
        element.append(self._code)
        self.mount(element, STYLE)

    @property
    def text(self) -> str:
        """The source."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._show(text, self._language)

    @property
    def language(self) -> str:
        """Its language.

        Raises:
            ValueError: When set to one that Pygments does not know.
        """
        return self._language

    @language.setter
    def language(self, language: str) -> None:
        self._show(self._text, language)

    def _show(self, text: str, language: str) -> None:
        highlight(self._code, text, language)
        self._text, self._language = text, language


def highlight(element: Element, text: str, language: str) -> None:
    """Put source text into an element, in colours that `STYLE` gives it.

    Raises:
        ValueError: If there is no such language; the element is as it was.
    """
    document = element.getDocument()
    parts: list[Element | str] = []
    for kind, part in _parts(text, language):
        if kind:
            span = document.createElement("span", attributes={"class": f"domsync-token-{kind}"})
            span.textContent = part
            parts.append(span)
        else:
            parts.append(part)
    element.replaceChildren(*parts)


def _parts(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Kinds of `_KINDS`, or nothing, and texts."""
    if not language:
        return iter([("", text)])
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - most programs show no code
    from pygments.util import ClassNotFound  # noqa: PLC0415 - as above

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        raise ValueError(f"there is no language {language!r} that Pygments knows") from None
    tokens = ((_kind(str(token)), part) for token, part in lexer.get_tokens(text))
    return (
        (kind, "".join(part for _, part in group))
        for kind, group in groupby(tokens, key=lambda each: each[0])
    )


def _kind(token: str) -> str:
    return next((kind for prefix, kind in _KINDS.items() if token.startswith(prefix)), "")
