/**
 * INSERT of the js-framework-benchmark's rows against code written by hand for just these rows.
 *
 * The hand-written side is what a careful author would do: clone a row, fill two texts, append
 * through a fragment. Both sides get ready-made strings; layout is forced and counted after each.
 */

import { Applier } from "../src/applier.ts";
import * as op from "../src/ops.ts";

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

type Side = (ids: string[], labels: string[]) => void;
interface Milliseconds {
  readonly script: number;
  readonly withLayout: number;
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
  return (ids, labels) => {
    const fragment = document.createDocumentFragment();
    for (let row = 0; row < ids.length; row++) {
      const tr = prototype.cloneNode(true) as HTMLElement;
      const td = tr.firstChild as HTMLElement;
      td.textContent = ids[row] as string;
      ((td.nextSibling as HTMLElement).firstChild as HTMLElement).textContent = labels[row] as string;
      fragment.append(tr);
    }
    body.append(fragment);
  };
}

function byOps(body: HTMLElement): { readonly run: Side; clear(): void } {
  let next = 2;
  const applier = new Applier(body, {
    owns: () => false,
    listening: () => undefined,
  });
  applier.apply([op.TEMPLATE, 1, ROW]);
  return {
    run: (ids, labels) => {
      applier.apply([op.INSERT, op.ROOT, 0, 1, ids.length, next, ids, labels]);
      next += ids.length * NODES_A_ROW;
    },
    clear: () => applier.apply([op.CLEAR, op.ROOT]),
  };
}

/** Milliseconds of both sides, measured in turns. */
export async function compareInserts(rows: number, rounds: number): Promise<Record<string, Milliseconds>> {
  const times: Record<string, { script: number[]; withLayout: number[]; clear: number[] }> = {};
  const measure = (name: string, body: HTMLElement, run: Side, clear: () => void, round: number) => {
    const ids = Array.from({ length: rows }, (_, row) => String(round * rows + row));
    const labels = ids.map((id) => `pretty red table ${id}`);
    body.offsetHeight;
    const start = performance.now();
    run(ids, labels);
    const script = performance.now() - start;
    body.offsetHeight;
    const withLayout = performance.now() - start;
    const clearing = performance.now();
    clear();
    body.offsetHeight;
    const clear_ = performance.now() - clearing;
    if (round < 3) return; // warming up
    times[name] ??= { script: [], withLayout: [], clear: [] };
    times[name].script.push(script);
    times[name].withLayout.push(withLayout);
    times[name].clear.push(clear_);
  };
  for (let round = 0; round < rounds + 3; round++) {
    const handBody = makeTable();
    measure(
      "hand",
      handBody,
      byHand(handBody),
      () => {
        handBody.textContent = "";
      },
      round,
    );
    const opsBody = makeTable();
    const { run, clear } = byOps(opsBody);
    measure("ops", opsBody, run, clear, round);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, { script, withLayout, clear }]) => [
      name,
      { script: quartile(script), withLayout: quartile(withLayout), clear: quartile(clear) },
    ]),
  );
}
