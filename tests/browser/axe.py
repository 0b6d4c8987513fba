"""axe-core, which looks at a page as those do who cannot see or use it as others can. https://github.com/dequelabs/axe-core"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator

__all__ = ["serious_violations"]

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (element) => {
    const { violations } = await axe.run(element, { resultTypes: ["violations"] });
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, impact, help, nodes }) => nodes.map((node) =>
            `${impact}: ${id}: ${help}: ${node.html.slice(0, 200)}: ${node.failureSummary}`));
}"""


def serious_violations(part: Locator) -> list[str]:
    """What axe-core calls serious or critical in a part of a page, shadow roots included."""
    # Not as a script element: the page's policy allows none that is not the server's.
    part.page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found: list[str] = part.evaluate(RUN)
    return found
