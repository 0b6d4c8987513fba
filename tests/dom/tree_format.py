"""html5lib's format for trees and for tests of parsers.

https://github.com/html5lib/html5lib-tests/blob/master/tree-construction/README.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domsync_jupyter.dom import CharacterData, Document, Element, Node, names

__all__ = ["FragmentTest", "dump", "make_context", "read_tests"]

_PREFIXES: dict[str | None, str] = {names.HTML: "", names.SVG: "svg ", names.MATHML: "math "}
_SECTIONS = ("#file ", "#data", "#document-fragment", "#document")


@dataclass(frozen=True)
class FragmentTest:
    """What a text is parsed to as the content of an element."""

    file: str
    html: str
    context: str
    tree: str


def read_tests(path: Path) -> Iterator[FragmentTest]:
    """The tests of a file in which ``#file`` lines say where those after them are from."""
    file = ""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    # Not read_text(): a carriage return is part of a test.
    for line in [*path.read_bytes().decode().split("\n"), "#data"]:
        if not line.startswith("#file ") and line not in _SECTIONS:
            lines.append(line)
            continue
        if line == "#data" or line.startswith("#file "):
            if "#document" in sections:
                data, context, tree = (
                    "\n".join(sections[name]) for name in ("#data", "#document-fragment", "#document")
                )
                yield FragmentTest(file, data, context, tree.rstrip("\n"))
            sections = {}
        if line.startswith("#file "):
            file = line.removeprefix("#file ")
            continue
        lines = sections[line] = []


def make_context(document: Document, context: str) -> Element:
    """The element that ``#document-fragment`` names: ``td``, ``svg path``, ``math mi``."""
    for namespace, prefix in _PREFIXES.items():
        if prefix and context.startswith(prefix):
            return document.createElementNS(namespace, context.removeprefix(prefix))
    return document.createElement(context)


def dump(nodes: Sequence[Node], depth: int = 0) -> str:
    """The tree as in ``#document``."""
    return "\n".join(_lines(nodes, depth))


def _lines(nodes: Sequence[Node], depth: int) -> Iterator[str]:
    indent = "| " + "  " * depth
    for node in nodes:
        if isinstance(node, CharacterData):
            yield (
                f'{indent}"{node.data}"'
                if node.nodeType == Node.TEXT_NODE
                else f"{indent}<!-- {node.data} -->"
            )
            continue
        assert isinstance(node, Element)
        yield f"{indent}<{_PREFIXES[node._namespace]}{node._tag}>"
        named = {
            key if isinstance(key, str) else key[1].replace(":", " "): value
            for key, value in node._attributes.items()
        }
        for name in sorted(named):
            yield f'{indent}  {name}="{named[name]}"'
        inner = depth + 1
        if node._tag == "template" and node._namespace == names.HTML:
            yield f"{indent}  content"
            inner += 1
        yield from _lines(node.childNodes, inner)
