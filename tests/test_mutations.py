"""The safety nets hold: each is cut once, in a copy, and the tests that are there for it notice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
SESSION = "domsync_jupyter/sync/session.py"
GATE = "domsync_jupyter/transports/gate.py"
PAGE = "js/src/session.ts"


@dataclass(frozen=True)
class Cut:
    """What is changed where, and which tests are to fail then."""

    file: str
    old: str
    new: str
    tests: str


CUTS = {
    "events are deduplicated": Cut(
        SESSION,
        "if seq == self._received + 1:",
        "if seq <= self._received + 1:",
        "tests/sync/test_session.py",
    ),
    "a gap in the events is noticed": Cut(
        SESSION,
        "if seq == self._received + 1:",
        "if seq > self._received:",
        "tests/sync/test_session.py",
    ),
    "an ack of what was never sent is refused": Cut(
        SESSION, "if ack > self._sent:", "if False:", "tests/sync/test_session.py"
    ),
    "what was missed is sent again": Cut(
        SESSION,
        "self._outbox += [(sent.seq, messages.encode(sent.message)) for sent in kept]",
        "pass",
        "tests/sync/test_session.py",
    ),
    "a key is taken once": Cut(
        SESSION,
        "# It has got the last Welcome.\n            self._earlier_secrets.clear()",
        "pass",
        "tests/sync/test_session.py",
    ),
    "a key is compared": Cut(SESSION, "return any(matches)", "return True", "tests/sync/test_session.py"),
    "a DOM that differs has another hash": Cut(
        "domsync_jupyter/sync/checks.py",
        'return crc32("\\x01".join(texts).encode())',
        "return 0",
        "tests/sync/test_checks.py",
    ),
    "text is escaped in HTML": Cut(
        "domsync_jupyter/dom/serialising.py",
        "return text.translate(_TEXT) if _SPECIAL.search(text) else text",
        "return text",
        "tests/dom/test_serialising.py",
    ),
    "text is escaped in JavaScript": Cut(
        "domsync_jupyter/sync/javascript.py",
        'return _DELICATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", encode(value).decode())',
        "return encode(value).decode()",
        "tests/sync/test_javascript.py",
    ),
    "Origin is checked": Cut(
        GATE,
        '    values = headers.get_all("Origin")\n    if not values:',
        '    values = headers.get_all("Origin")\n    if True:',
        "tests/transports/test_gate.py",
    ),
    "the token is checked": Cut(
        GATE,
        "    if token is None:\n        if is_loopback:",
        "    if True:\n        if True:",
        "tests/transports/test_gate.py",
    ),
    "the page deduplicates frames": Cut(PAGE, "if (seq <= this.#applied) return;", "", "js"),
    "the page notices a gap": Cut(PAGE, "seq !== this.#applied + 1 || ", "", "js"),
    "the page deduplicates strings": Cut(PAGE, "message.number > this.#texts", "true", "js"),
    "the page compares hashes": Cut(PAGE, "this.#host.hash(message.nodes) !== message.hash", "false", "js"),
    "the page drops the events of a session that has ended": Cut(
        PAGE, "    this.#queue = [];\n    this.#host", "    this.#host", "js"
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of our own, without the tests of browsers."""
    ignore = shutil.ignore_patterns("__pycache__", "browser", "faults", "build", "node_modules")
    for name in ("domsync_jupyter", "tests", "scripts", "js"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=ignore)
    (tmp_path / "js/node_modules").symlink_to(CHECKOUT / "js/node_modules")
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("net", CUTS)
def test_a_net_that_is_cut_is_missed(net: str, copy: Path) -> None:
    cut = CUTS[net]
    path = copy / cut.file
    text = path.read_text(encoding="utf-8")
    assert text.count(cut.old) == 1, (
        f"{cut.file} has {text.count(cut.old)} times {cut.old!r}: bring this test up to date"
    )
    path.write_text(text.replace(cut.old, cut.new), encoding="utf-8")
    output, status = run(copy, cut.tests)
    assert status == 1, f"the suite is not red without it:\n{output[-3000:]}"
    assert " failed" in output or "# fail" in output, f"red for another reason:\n{output[-3000:]}"


def test_without_a_cut_they_pass(copy: Path) -> None:
    kinds = {cut.tests for cut in CUTS.values()}
    for tests in (["js"], sorted(kinds - {"js"})):
        output, status = run(copy, *tests)
        assert status == 0, output[-3000:]


def run(copy: Path, *tests: str) -> tuple[str, int]:
    if tests == ("js",):
        command, folder = ["node", "test/run.mjs"], copy / "js"
    else:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", "-q", *tests]
        folder = copy
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr, result.returncode
