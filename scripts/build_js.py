"""Build the bundles in ``domsync_jupyter/static`` from ``js``: the build hook of ``pyproject.toml``.

Called by hatch-jupyter-builder, which skips it in an unpacked sdist and checks afterwards that the bundles
exist. Its own npm builder runs ``npm install``, which may change the lock file; ``npm ci`` cannot.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

__all__ = ["build"]

JS = Path(__file__).parent.parent / "js"


def build(target_name: str, version: str) -> None:
    """Install what ``js/package-lock.json`` names and write both bundles.

    Args:
        target_name: "wheel" or "sdist", whichever hatchling is building.
        version: "standard" or "editable".

    Raises:
        RuntimeError: If npm is missing.
        subprocess.CalledProcessError: If npm fails; its output says why.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"building the {version} {target_name} from a checkout needs npm (Node.js 20 or newer), and PATH has "
            "none; the published wheel and sdist carry the built JavaScript and need no Node.js"
        )
    subprocess.run([npm, "ci"], cwd=JS, check=True)
    subprocess.run([npm, "run", "build"], cwd=JS, check=True)
