/**
 * The js-framework-benchmark's rows: ops against code written by hand for just these rows.
 *
 * The hand-written side is what a careful author would do: clone a row, fill in two texts, append
 * it; find the row of a click by one listener at the table. Both sides get ready-made strings.
 */

import { Applier } from "../src/applier.ts";
import { Controls } from "../src/controls.ts";
import { Events } from "../src/events.ts";
import { Files } from "../src/files.ts";
import * as op from "../src/ops.ts";
import { Pacer } from "../src/pacing.ts";

const ROW: op.Spec = [
  "tr",
  [],
  [],
  [],
  [
    ["td", ["class", "col-md-1"], [], [], 0],
    ["td", ["class", "col-md-4"], [], [], [["a", ["class", "lbl"], [], [["click", 0]], 0]]],
    [
      "td",
      ["class", "col-md-1"],
      [],
      [],
      [
        [
          "a",
          ["class", "remove"],
          [],
          [["click", 0]],
          [["span", ["class", "glyphicon", "aria-hidden", "true"]]],
        ],
      ],
    ],
    ["td", ["class", "col-md-6"]],
  ],
];
const NODES_A_ROW = 8;
/** Where the label is among the nodes of its row. */
const LABEL = 3;

interface Side {
  insert(ids: string[], labels: string[]): void;
  /** Other labels for every 10th row. */
  text(labels: string[]): void;
  clear(): void;
}

/** Other work on the machine only ever adds, so the lower quartile says more than the median. */
function quartile(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 2] ?? Number.NaN;
}

function makeTable(): HTMLElement {
  const table = document.createElement("table");
  const body = document.createElement("tbody");
  table.append(body);
  document.body.replaceChildren(table);
  return body;
}

function byHand(body: HTMLElement): Side {
  const cell = (name: string, ...inside: Node[]) => {
    const td = document.createElement("td");
    td.className = name;
    td.append(...inside);
    return td;
  };
  const link = (name: string) => {
    const a = document.createElement("a");
    a.className = name;
    return a;
  };
  const icon = document.createElement("span");
  icon.className = "glyphicon";
  icon.setAttribute("aria-hidden", "true");
  const remove = link("remove");
  remove.append(icon);
  const prototype = document.createElement("tr");
  prototype.append(
    cell("col-md-1"),
    cell("col-md-4", link("lbl")),
    cell("col-md-1", remove),
    cell("col-md-6"),
  );
  const rows: HTMLElement[] = [];
  const posted: unknown[] = [];
  body.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    const row = link?.closest("tr") as HTMLElement;
    posted.push({ type: event.type, action: link?.className, id: row.firstChild?.textContent });
  });
  return {
    insert: (ids, labels) => {
      for (let row = 0; row < ids.length; row++) {
        const tr = prototype.cloneNode(true) as HTMLElement;
        const td = tr.firstChild as HTMLElement;
        td.textContent = ids[row] as string;
        ((td.nextSibling as HTMLElement).firstChild as HTMLElement).textContent = labels[row] as string;
        rows.push(tr);
        body.appendChild(tr);
      }
    },
    text: (labels) => {
      for (let row = 0; row < rows.length; row += 10) {
        const label = rows[row]?.firstChild?.nextSibling?.firstChild?.firstChild as Text;
        label.data = labels[row / 10] as string;
      }
    },
    clear: () => {
      body.textContent = "";
      rows.length = 0;
    },
  };
}

function byOps(body: HTMLElement, signal: AbortSignal): Side {
  const applier: Applier = new Applier(body, {
    owns: () => false,
    set: () => undefined,
    writing: (_openable, write) => write(),
    listening: (listeners) => events.listening(listeners),
  });
  const posted: unknown[] = [];
  const post = (message: object) => {
    posted.push(message);
    return undefined;
  };
  const controls = new Controls(applier.nodes, post, { after: () => () => undefined });
  const events = new Events(applier.nodes, controls, new Pacer(), new Files(), signal);
  applier.apply([op.TEMPLATE, 1, ROW]);
  return {
    insert: (ids, labels) => applier.apply([op.INSERT, op.ROOT, 0, 1, ids.length, 2, ids, labels]),
    text: (labels) =>
      applier.apply(labels.flatMap((label, row) => [op.TEXT, 2 + LABEL + 10 * row * NODES_A_ROW, label])),
    clear: () => applier.apply([op.CLEAR, op.ROOT]),
  };
}

/**
 * Milliseconds of both sides, measured in turns: `insert`, and with the layout after it; `text`, and
 * once more; `click` in every 10th row, and once more; `clear`.
 */
export async function compareInserts(
  rows: number,
  rounds: number,
): Promise<Record<string, Record<string, number>>> {
  const times: Record<string, Record<string, number[]>> = { hand: {}, ops: {} };
  for (let round = -3; round < rounds; round++) {
    const ids = Array.from({ length: rows }, (_, row) => String(round * rows + row));
    const labels = ids.map((id) => `pretty red table ${id}`);
    for (const side of round % 2 ? ["hand", "ops"] : ["ops", "hand"]) {
      const controller = new AbortController();
      const body = makeTable();
      const { insert, text, clear } = side === "hand" ? byHand(body) : byOps(body, controller.signal);
      const measure = (name: string, run: () => void, layout = false) => {
        body.offsetHeight;
        const start = performance.now();
        run();
        const script = performance.now();
        body.offsetHeight;
        const end = performance.now();
        if (round < 0) return; // warming up
        const note = (what: string, time: number) => {
          const measured = times[side] as Record<string, number[]>;
          measured[what] = [...(measured[what] ?? []), time];
        };
        note(name, script - start);
        if (layout) note(`${name} and layout`, end - start);
      };
      measure("insert", () => insert(ids, labels), true);
      // Other rows than those that get another text: each is touched for the first time.
      const links = Array.from(body.querySelectorAll("a.remove")).filter((_, place) => place % 10 === 5);
      const click = () => {
        for (const link of links) link.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      };
      measure("click", click);
      measure("click again", click);
      const changed = labels.filter((_, row) => row % 10 === 0).map((label) => `${label} !!!`);
      measure("text", () => text(changed));
      measure("text again", () => text(changed.map((label) => `${label} !!!`)));
      measure("clear", clear, true);
      controller.abort();
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  return Object.fromEntries(
    Object.entries(times).map(([side, measured]) => [
      side,
      Object.fromEntries(Object.entries(measured).map(([name, values]) => [name, quartile(values)])),
    ]),
  );
}
