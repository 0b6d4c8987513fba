"""Wrong frames, nearly right and random, said to a view in a real browser beside one that is served well.

Nothing of it may be an error of the page, keep it busy, run a script or change the other view. What is no message is
refused as a whole; what cannot be applied is a Fault, after which only a snapshot is shown, and that repairs all.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.applier_page.stage import serve, until
from tests.browser.canonical import CANONICAL
from tests.browser.hostile_frames import group
from tests.faults.soak import SECONDS, pick, report, seeded

pytestmark = pytest.mark.timeout(SECONDS)

FRAMES = pick(2_000, 100_000)
#: Bad messages of one program, and programs that the page gets at once.
MESSAGES, PROGRAMS = 25, 10
MOST_MILLISECONDS = 2_000

ATTACK = """
(() => {
  // A link that is clicked would leave the page, as it should.
  addEventListener("click", (event) => { if (event.target.closest?.("a, area")) event.preventDefault(); }, true);
  addEventListener("submit", (event) => event.preventDefault(), true);
  // The structure alone: states of controls are whose edit it is, and browsers open and close by themselves.
  const plain = (node) =>
    node.length === 2 ? node : [node[0], node[1].filter(([name]) => name !== "open"), node[3].map(plain)];
  const tree = (node) => JSON.stringify(plain(node)[2]);
  let sessions = 0;

  class Seat {
    constructor(key, beside) { this.view = stageView(key, beside); }
    hear(text) { this.view.sent.length = 0; this.view.hear(text); }
    welcome() {
      this.hear(JSON.stringify([0, 1, `s${++sessions}.secret`, 1, 0, { document: sessions }]));
      this.next = 1;
    }
    faults(code) { return this.view.sent.filter((said) => said[0] === 8 && said[1] === code); }
    shows() { return tree(canonical(this.view.root)); }
  }

  window.attack = (groups) => {
    const counted = { applied: 0, faults: 0, refused: 0, slowest: 0 };
    const problems = [];
    const other = new Seat("other", false);
    const seat = new Seat("attacked", true);
    for (const { begin, frames, end, tree: wanted, bad } of groups) {
      const expected = tree(wanted);
      const must = (holds, what, text) => {
        if (!holds && problems.length < 5) problems.push(`${what}: ${String(text).slice(0, 2000)}`);
      };
      const repair = (text) => {
        // A session that was not told of numbers beyond ours goes on; else it is another one.
        seat.hear(JSON.stringify([2, seat.next++, 0, end]));
        const [refused] = seat.faults("frame");
        must(!refused, `a snapshot was refused, ${refused}, after`, text);
        const shows = seat.shows();
        must(shows === expected, `a snapshot did not repair: ${shows} is not ${expected}, after`, text);
        must(!seat.view.leaks(), "numbers leak", text);
      };
      for (const each of [seat, other]) {
        each.welcome();
        for (const message of begin.filter(([tag]) => tag !== 0)) each.hear(JSON.stringify(message));
        each.next = 2;
      }
      let at = 0;
      bad.forEach((raw, index) => {
        const text = raw.replaceAll("@", seat.next);
        const before = seat.shows();
        const start = performance.now();
        try {
          seat.hear(text);
        } catch (error) {
          must(false, `it threw ${error.stack}`, text);
        }
        counted.slowest = Math.max(counted.slowest, performance.now() - start);
        const [fault] = seat.faults("frame");
        let parsed;
        try { parsed = JSON.parse(text); } catch {}
        const isFrame = Array.isArray(parsed) && [1, 2].includes(parsed[0]) && parsed[1] === seat.next;
        if (!fault) {
          counted.applied++;
          if (isFrame) seat.next++;
          else {
            // Whoever knows what this one has done to the session: a new one.
            seat.welcome();
            repair(text);
          }
        } else {
          counted.faults++;
          if (fault[2].includes("no message of domsync.v1")) {
            counted.refused++;
            must(seat.shows() === before, "no message, but something has changed", text);
          }
          const broken = seat.shows();
          seat.hear(JSON.stringify([1, seat.next, 0, [2, 1, 0, ["i", [], [], [], "late"], 1, 9000]]));
          must(seat.shows() === broken, "a frame was applied after a fault", text);
          repair(text);
        }
        // The listeners that are there now hear something.
        if (index % 5 === 0) {
          for (const element of [...seat.view.root.querySelectorAll("*")].slice(0, 20)) {
            for (const type of ["click", "input", "keydown"]) {
              element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
            }
          }
        }
        if (at < frames.length && index % 3 === 0) {
          for (let more = true; more && at < frames.length; more = frames[at]?.[0] === 11) {
            other.hear(JSON.stringify(frames[at++]));
            must(!other.faults("frame").length && !other.faults("hash").length, "the other view has a fault", text);
          }
        }
      });
      while (at < frames.length) other.hear(JSON.stringify(frames[at++]));
      must(other.shows() === expected, `the other view shows ${other.shows()}, not ${expected}`, bad.at(-1));
      repair(bad.at(-1));
    }
    for (const { view } of [seat, other]) view.end();
    if (window.hacked) problems.push("a script ran");
    return [counted, problems];
  };
})();
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("applier")) as address:
        yield address


def test_a_wrong_frame_harms_nobody(page: Page, address: str, page_errors: list[str]) -> None:
    rnd = seeded()
    page.goto(address)
    until(page, "window.stageView")
    page.evaluate(CANONICAL)
    page.evaluate(ATTACK)
    counted: Counter[str] = Counter()
    slowest, left, start = 0.0, FRAMES, time.perf_counter()
    while left > 0:
        groups = [group(rnd, MESSAGES) for _ in range(PROGRAMS)]
        found, problems = ask(page, groups)
        assert not problems, "\n\n".join(problems)
        slowest = max(slowest, found.pop("slowest"))
        counted.update(found)
        left -= MESSAGES * PROGRAMS
    report(
        f"applier: {FRAMES - left:,} bad messages in {time.perf_counter() - start:.0f} s: {counted['applied']:,} "
        f"could be applied, {counted['faults']:,} were faults, of which {counted['refused']:,} no messages; "
        f"the slowest took {slowest:.0f} ms"
    )
    assert min(counted.values()) > FRAMES / 50, counted
    assert slowest < MOST_MILLISECONDS
    assert page.evaluate("violations") == []
    # What Chromium says of nonsense in attributes of SVG.
    page_errors[:] = [
        error for error in page_errors if not re.match(r"console: Error: <\w+> attribute ", error)
    ]


def ask(page: Page, groups: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    counted, problems = page.evaluate("groups => attack(groups)", groups)
    return counted, problems
