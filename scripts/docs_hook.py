"""What MkDocs calls while it builds the site: pages of this checkout that are not in ``docs/``, and links to them.

`CONTRIBUTING.md` and its like stay where people look for them. On the site they are pages, too; links in both
directions are made to fit. A link to a file that is no page, such as a notebook, becomes its text: the site has no
sources.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

__all__ = ["on_files", "on_page_markdown", "relink"]

ROOT = Path(__file__).parent.parent
DOCS = PurePosixPath("docs")

#: Page of the site -> file of the checkout.
PAGES = {
    "benchmarks.md": "benchmarks/README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
_SITE = {file: page for page, file in PAGES.items()} | {"README.md": "index.md"}
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<target>[^\s()#:]+)(?P<anchor>#[^\s()]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for page, file in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / file).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links fit."""
    return relink(markdown, page.file.src_uri)


def relink(markdown: str, page: str) -> str:
    """Have links of a page lead to pages of the site.

    Args:
        markdown: Its text, with links as they are in the checkout.
        page: Its path on the site.
    """
    file = PurePosixPath(PAGES.get(page) or DOCS / page)

    def fit(match: re.Match[str]) -> str:
        target = PurePosixPath(os.path.normpath(file.parent / match["target"]))
        if str(target) in _SITE:
            place = _SITE[str(target)]
        elif target.is_relative_to(DOCS):
            place = str(target.relative_to(DOCS))
        elif (ROOT / target).exists():
            return match["text"]
        else:
            return match[0]  # MkDocs says that there is no such page.
        relative = os.path.relpath(place, PurePosixPath(page).parent)
        return f"[{match['text']}]({relative}{match['anchor'] or ''})"

    return _LINK.sub(fit, markdown)
