// What measures in the page: the same for every system.
//
// It relies on a few names that each app provides, as an id (#name) or, where a toolkit owns the ids, as a class (.pb-name):
//   run runlots add update clear swaprows sort   buttons
//   tbody                                        parent of the rows
//   counter / count                              button of the round trip, and its text
//   stream / grid / info                         the streaming case
// A row is any element child of tbody; in it are td|.pb-id (the id's text), .lbl and .remove.
(() => {
  const found = new Map();

  function deepQuery(root, selector) {
    const hit = root.querySelector(selector);
    if (hit) return hit;
    for (const element of root.querySelectorAll("*")) {
      const inner = element.shadowRoot && deepQuery(element.shadowRoot, selector);
      if (inner) return inner;
    }
    return null;
  }

  function $(name) {
    const known = found.get(name);
    if (known?.isConnected) return known;
    const element = document.getElementById(name) || deepQuery(document, `#${name}, .pb-${name}`);
    found.set(name, element);
    return element;
  }

  function must(name) {
    const element = $(name);
    if (!element) throw new Error(`bench: no element for ${name}`);
    return element;
  }

  function button(name) {
    const element = must(name);
    return element.matches("button") ? element : element.querySelector("button") || element;
  }

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // Resolves just after the frame that contains the current state of the DOM was produced.
  const painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(0);
      }),
    );

  const count = () => $("tbody")?.childElementCount ?? 0;
  const row = (i) => $("tbody")?.children[i];
  const idOf = (tr) => tr?.querySelector("td, .pb-id")?.textContent.trim();
  const labelOf = (tr) => tr?.querySelector(".lbl")?.textContent;

  // Waits until `test` holds; looks after every batch of mutations. A slow timer backs it up, for a root that is replaced.
  // Looking in each animation frame instead would spend the frame that an idle page can produce at once when the change comes.
  function until(test, anchor, timeout) {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const observer = new MutationObserver(look);
      const timer = setInterval(() => {
        if (!look() && performance.now() - started > timeout) {
          stop();
          reject(new Error("bench: timeout"));
        }
      }, 25);
      let finished = false;
      function stop() {
        finished = true;
        clearInterval(timer);
        observer.disconnect();
      }
      function look() {
        if (!finished && test()) {
          stop();
          resolve(performance.now());
        }
        return finished;
      }
      const root = anchor ? anchor.getRootNode() : document;
      const every = { subtree: true, childList: true };
      observer.observe(root, { ...every, characterData: true, attributes: true, attributeFilter: ["class"] });
      if (root !== document) observer.observe(document, every);
    });
  }

  let lastId = 0; // the highest id of a row that the app has handed out so far

  function grown(total, created) {
    const wanted = String(lastId + created);
    const test = () => {
      const last = $("tbody")?.lastElementChild;
      return !!last && idOf(last) === wanted && !!labelOf(last) && count() === total;
    };
    const after = () => {
      lastId += created;
    };
    return [test, after];
  }

  // Each gives the element to click, a test of the wanted state, and what to do or to tell afterwards.
  const plans = {
    run: (n) => [must("run"), ...grown(n, n)],
    runlots: (n) => [must("runlots"), ...grown(n, n)],
    add: (n) => [must("add"), ...grown(count() + n, n)],
    update() {
      const wanted = [];
      for (let i = 0; i < count(); i += 10) wanted.unshift([i, `${labelOf(row(i))} !!!`]);
      return [must("update"), () => wanted.every(([i, label]) => labelOf(row(i)) === label)];
    },
    clear: () => [must("clear"), () => count() === 0],
    swap() {
      const high = Math.min(998, count() - 2);
      const [a, b] = [row(1), row(high)];
      const [idOfA, idOfB] = [idOf(a), idOf(b)];
      return [
        must("swaprows"),
        () => idOf(row(1)) === idOfB && idOf(row(high)) === idOfA,
        () => ({ keyed: row(1) === b && row(high) === a }),
      ];
    },
    sort() {
      const before = [...must("tbody").children];
      const ids = before.map(idOf).sort((x, y) => x - y);
      if (Number(idOf(before[0])) < Number(idOf(before.at(-1)))) ids.reverse();
      const ends = [0, 1, ids.length - 2, ids.length - 1];
      return [
        must("sort"),
        () => ends.every((i) => idOf(row(i)) === ids[i]) && ids.every((id, i) => idOf(row(i)) === id),
        () => {
          const kept = new Map(before.map((tr) => [idOf(tr), tr]));
          return { keyed: ids.every((id, i) => row(i) === kept.get(id)) };
        },
      ];
    },
    select(i) {
      const id = idOf(row(i));
      return [
        row(i).querySelector(".lbl"),
        () =>
          idOf(row(i)) === id &&
          row(i).classList.contains("danger") &&
          $("tbody").querySelectorAll(":scope > .danger").length === 1,
      ];
    },
    remove(i) {
      const total = count();
      const next = row(i + 1);
      const idOfNext = idOf(next);
      return [
        row(i).querySelector(".remove"),
        () => count() === total - 1 && idOf(row(i)) === idOfNext,
        () => ({ keyed: row(i) === next }),
      ];
    },
  };

  // Milliseconds from a click until the DOM shows what it asked for, and until that was painted.
  async function op(name, argument, timeout) {
    await frame();
    await frame();
    await sleep(20 + Math.random() * 17); // at any phase of the display's clock
    const [target, test, after] = plans[name](argument);
    const anchor = $("tbody") || target;
    const clickable = target.matches("button, a") ? target : target.querySelector("button") || target;
    const start = performance.now();
    const done = until(test, anchor, timeout);
    clickable.click();
    const dom = (test() ? performance.now() : await done) - start; // what works in the page alone is done by now
    const paint = (await painted()) - start;
    return { dom, paint, ...after?.() };
  }

  // Milliseconds of each of `clicks` round trips; between two of them `pause` ms and up to 10 more.
  async function latency(clicks, pause) {
    const counter = button("counter");
    const value = () => Number.parseInt($("count")?.textContent ?? "", 10);
    const times = [];
    for (let i = 0; i < clicks; i++) {
      await sleep(pause + Math.random() * 10);
      const wanted = (value() || 0) + 1;
      const start = performance.now();
      const done = until(() => value() === wanted, $("count"), 15000);
      counter.click();
      times.push((value() === wanted ? performance.now() : await done) - start);
    }
    return times;
  }

  // Follows the last cell of the grid while Python changes all of them, and until the closing message is there:
  // "done <sweeps> <ms since the epoch, at the end of the loop in Python>".
  async function stream(timeout) {
    const start = button("stream");
    let cell;
    const pick = () => {
      const cells = must("grid").querySelectorAll("td, .pb-cell");
      cell = cells[cells.length - 1];
      return cells.length;
    };
    const cells = pick();
    let shown = cell.textContent;
    let shownInFrame = shown;
    let states = 0;
    let frames = 0;
    let first = 0;
    let last = 0;
    const observer = new MutationObserver(look);
    function watch() {
      observer.disconnect();
      observer.observe(cell, { subtree: true, childList: true, characterData: true });
      observer.observe(must("grid"), { childList: true });
    }
    function look() {
      if (!cell.isConnected) {
        pick(); // the app replaced its cells
        watch();
      }
      if (cell.textContent !== shown) {
        shown = cell.textContent;
        states++;
        last = performance.now();
        first ||= last;
      }
    }
    watch();
    let running = true;
    (function tick() {
      if (!running) return;
      look();
      if (cell.textContent !== shownInFrame) {
        shownInFrame = cell.textContent;
        frames++;
      }
      requestAnimationFrame(tick);
    })();
    const message = () => $("info")?.textContent ?? "";
    const before = message();
    const finished = until(() => message() !== before && message().startsWith("done"), $("info"), timeout);
    start.click();
    const done = await finished.catch(() => null);
    running = false;
    observer.disconnect();
    const [, sweeps, ended] = message().split(" ").map(Number);
    const seconds = (last - first) / 1000;
    const rate = (n) => (seconds > 0 ? (n - 1) / seconds : 0);
    return {
      cells,
      states,
      seconds,
      timed_out: done === null,
      sweeps: done === null ? null : sweeps,
      lag_ms: done === null ? null : performance.timeOrigin + done - ended,
      cell_updates_per_s: cells * rate(states),
      frames_per_s: rate(frames),
    };
  }

  // Whether a row has the agreed elements, whatever attributes a toolkit adds.
  function shape() {
    const walk = (element) => `<${element.localName}>${[...element.children].map(walk).join("")}`;
    const got = walk(row(0));
    return { ok: got === "<tr><td><td><a><td><a><span><td>", got };
  }

  // The one rule of style that the operations need: a selected row looks different.
  function dress() {
    const root = must("tbody").getRootNode();
    const style = document.createElement("style");
    style.textContent = ".danger { background: #f2dede; } .lbl, .remove { cursor: pointer; }";
    (root.head || root).append(style);
  }

  window.__bench = {
    count,
    dress,
    latency,
    op,
    shape,
    stream,
    can: (name) => !!$(name),
    ready: () => ["run", "tbody", "counter", "stream", "grid"].every($),
  };
})();
