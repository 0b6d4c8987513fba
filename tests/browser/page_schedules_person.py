"""The page's side of a schedule: somebody who uses the panel, and what is remembered of it.

Every event in the panel gets a number, before the view sees it: a million times the life of the page, and a count. A
page that is reloaded has another life.
"""

from __future__ import annotations

from tests.browser.page_schedules_document import TYPES

__all__ = ["PERSON"]

PERSON = """
(() => {
  if (window !== window.top || location.protocol !== "http:") return;
  const life = Number(sessionStorage.getItem("life") ?? 0) + 1;
  sessionStorage.setItem("life", life);
  const logs = JSON.parse(sessionStorage.getItem("logs") ?? "{}");
  let number = life * 1e6;
  let log = [];
  let rest = 0;
  let random;

  /** What contains the view's root. */
  const scope = () => document.querySelector(".domsync-view > div")?.shadowRoot ?? document;
  const root = () => get("panel")?.parentNode;
  const get = (id) => scope().getElementById(id);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const FOCUSABLE = "button, input, textarea, select";

  /** From a seed, as good as it takes (mulberry32). */
  function chance(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function count(event) {
    const path = event.composedPath();
    const at = path.findIndex((node) => node.id === "panel");
    if (at < 0 || (event.type === "scroll" && path[0].id !== "box")) return;
    event.number = ++number;
    log.push([number, event.type, path[0].id]);
  }

  /** The focus goes with a press of the mouse, wherever that hits. */
  function pressed(event) {
    const path = event.composedPath();
    person.focus = path.includes(get("panel")) ? path[0].closest(FOCUSABLE)?.id : undefined;
  }

  function focus(id) {
    get(id).focus({ preventScroll: true });
    person.focus = id;
  }

  function type() {
    focus(pick(["text", "notes"]));
    document.execCommand("insertText", false, pick(["a", "b", "c d", "\\u{1f600}"]));
  }

  function choose(select) {
    select.selectedIndex = Math.floor(random() * select.options.length);
    for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  }

  function scroll() {
    const box = get("box");
    box.scrollTop = Math.floor(random() * (box.scrollHeight - box.clientHeight));
    person.top = box.scrollTop;
  }

  /** Something outside of the panel, if there is anything. */
  function use() {
    const controls = [...root().querySelectorAll("input, textarea, select, p, td")].filter(
      (node) => node instanceof HTMLElement && !get("panel").contains(node),
    );
    if (!controls.length) return;
    const control = pick(controls);
    if (control.localName === "select") choose(control);
    else if ("value" in control && !/checkbox|radio/.test(control.type)) {
      control.value += "x";
      control.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    } else control.click?.();
  }

  const ACTS = [
    () => get(pick(["button0", "button1", "button2", "button3"])).click(),
    () => get(pick(["button0", "button1", "button2", "button3"])).click(),
    () => get(pick(["tick", "radio0", "radio1", "radio2"])).click(),
    type, type, scroll, use,
    () => choose(get("choice")),
    () => get("summary").click(),
    () => focus(pick(["text", "notes", "tick", "button0", "button1", "choice"])),
  ];

  function act(pause) {
    if (!rest) return;
    rest--;
    setTimeout(act, random() * 2 * pause, pause);
    pick(ACTS)();
  }

  const person = (window.person = {
    /** Which element has, and how far the box is scrolled, if that is known. */
    focus: undefined,
    top: undefined,
    /** Begins to count, and remembers the nodes that are there. */
    attach() {
      for (const type of TYPES) scope().addEventListener(type, count, true);
      window.addEventListener("mousedown", pressed, true);
      for (const node of root().querySelectorAll("#panel, #panel *")) node.known = life;
    },
    /** Does so many things, one each `pause` milliseconds. */
    start(seed, acts, pause) {
      random = chance(seed);
      rest = acts;
      act(pause);
    },
    stop() {
      rest = 0;
    },
    busy: () => rest > 0,
    /** Keys are to go to the view: what is around it may have commands on them. */
    turnToView() {
      if (!scope().activeElement?.closest("#panel")) focus("text");
    },
    /** The last thing: that the page shows the number which this gives back means that it was heard. */
    fence() {
      get("fence").click();
      return number;
    },
    reached: (fence) => root().getAttribute("data-fence") === String(fence),
    result: () => ({
      shown: canonical(root())[3],
      logs: { ...logs, [life]: log },
      focus: [person.focus ?? null, scope().activeElement?.id ?? null],
      top: [person.top ?? null, get("box").scrollTop],
      strangers: [...root().querySelectorAll("#panel, #panel > *")].filter((n) => n.known !== life).map((n) => n.id),
      words: [...document.querySelectorAll(".domsync-badge"), ...scope().querySelectorAll(".domsync-badge")].map(
        (badge) => badge.shadowRoot.textContent,
      ),
    }),
    /** Forgets what was counted. */
    forget() {
      log = [];
      for (const key of Object.keys(logs)) delete logs[key];
    },
  });
  window.addEventListener("pagehide", () =>
    sessionStorage.setItem("logs", JSON.stringify({ ...logs, [life]: log })),
  );
})();
""".replace("TYPES", str([*TYPES, "scroll"]))
