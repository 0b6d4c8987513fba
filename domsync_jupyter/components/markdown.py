"""`Markdown`: text with headings, lists, tables, code and links, from CommonMark."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.code import STYLE as CODE_STYLE
from domsync_jupyter.components.code import highlight
from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.dom.safety import attribute_danger

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from domsync_jupyter.dom import Element

__all__ = ["Markdown"]

STYLE = """
:where(.domsync-markdown) { min-width: 0; overflow-wrap: break-word; }
:where(.domsync-markdown > :first-child) { margin-top: 0; }
:where(.domsync-markdown > :last-child) { margin-bottom: 0; }
:where(.domsync-markdown table) {
  display: block; width: fit-content; max-width: 100%; overflow: auto; border-collapse: collapse;
}
:where(.domsync-markdown th, .domsync-markdown td) { padding: 3px 10px; border: 1px solid var(--domsync-line); }
:where(.domsync-markdown img) { max-width: 100%; }
:where(.domsync-markdown blockquote) {
  margin-inline: 0; padding-inline-start: 12px; border-inline-start: 3px solid var(--domsync-line);
  color: var(--domsync-muted);
}
:where(.domsync-markdown :not(pre) > code) {
  padding: 1px 4px; background: var(--domsync-raised); border-radius: 3px;
}
"""


class Markdown(Component):
    r"""Text in Markdown: CommonMark with tables and ``~~strikethrough~~``. HTML in it is shown as it stands.

    ```python
    note = Markdown(document, "## Result\n\nIt took **3 s**.")
    note.text += "\n\n| a | b |\n|---|---|\n| 1 | 2 |"      # what is above stays as it is
    ```

    Code in fences has the colours of its language; links open in a new tab.

    Args:
        parent: The element, component or document to put it in.
        text: The Markdown. It may come from anywhere: it brings no code into the page.
    """

    def __init__(self, parent: Parent, text: str = "") -> None:
        super().__init__(parent)
        self._text = ""
        #: The HTML of its blocks, paragraphs and so on; each is a child of the root element.
        self._blocks: list[str] = []
        element = self.getDocument().createElement("div", attributes={"class": "domsync-markdown"})
        self.mount(element, CODE_STYLE, STYLE)
        self.text = text

    @property
    def text(self) -> str:
        """The Markdown. Setting it replaces the blocks that are other ones than before, and leaves the rest."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        blocks = _blocks(text)
        root = self.getElement()
        with self.getDocument().batch():
            start = _alike(self._blocks, blocks)
            end = _alike(self._blocks[start:][::-1], blocks[start:][::-1])
            old = root.children[start : len(self._blocks) - end]
            following = root.children[len(self._blocks) - end] if end else None
            for element in old:
                element.remove()
            for block in blocks[start : len(blocks) - end]:
                root.insertBefore(self._made(block), following)
            self._text, self._blocks = text, blocks

    def _made(self, block: str) -> Element:
        scratch = self.getDocument().createElement("div")
        scratch.innerHTML = block
        for fence in scratch.querySelectorAll("pre > code"):
            pre = fence.parentElement
            assert pre is not None
            pre.className = "domsync-code"
            # Who has no mouse can scroll what has the focus.
            pre.setAttribute("tabindex", "0")
            language = fence.className.removeprefix("language-")
            fence.removeAttribute("class")
            with suppress(ValueError):  # A language that nobody knows has no colours.
                highlight(fence, fence.textContent or "", language)
        (element,) = scratch.children
        return element


def _alike(some: list[str], others: list[str]) -> int:
    """How many items at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _blocks(text: str) -> list[str]:
    """The HTML of each top-level block."""
    markdown = _markdown()
    environment: dict[str, Any] = {}
    tokens = markdown.parse(text, environment)
    blocks, start = [], 0
    for end, token in enumerate(tokens, 1):
        if token.level == 0 and token.nesting <= 0:
            blocks.append(markdown.renderer.render(tokens[start:end], markdown.options, environment))
            start = end
    return blocks


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most programs show no Markdown

    class Safe(MarkdownIt):
        def validateLink(self, url: str) -> bool:
            # What is no link then stays text; the document would refuse it with an error.
            return super().validateLink(url) and attribute_danger("a", "href", url) is None

    def link_open(self: Any, tokens: Any, at: int, options: Any, environment: Any) -> str:
        # In this tab, it would end what is shown here.
        tokens[at].attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
        return str(self.renderToken(tokens, at, options, environment))

    markdown = Safe("js-default")  # HTML is off; tables and strikethrough are on
    markdown.add_render_rule("link_open", link_open)
    return markdown
