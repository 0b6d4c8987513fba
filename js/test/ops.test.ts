/** The op vectors are well formed: every op occurs, and the operands add up to whole ops. */

import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/wire/ops.json" with { type: "json" };
import * as op from "../src/ops.ts";

interface Vector {
  readonly name: string;
  readonly steps: readonly { readonly ops: readonly unknown[] }[];
  readonly html: string;
}

const OPERANDS: Readonly<Record<number, number>> = {
  [op.TEMPLATE]: 2,
  [op.INSERT]: 5,
  [op.MOVE]: 3,
  [op.REMOVE]: 1,
  [op.CLEAR]: 1,
  [op.TEXT]: 2,
  [op.ATTR]: 3,
  [op.PROP]: 3,
  [op.LISTEN]: 2,
  [op.CALL]: 3,
  [op.RESET]: 1,
  [op.END]: 0,
};

/** How many columns a spec takes. */
function columns(spec: op.Spec): number {
  if (op.isCharacterData(spec)) return spec[1] === 0 ? 1 : 0;
  const [, attributes = [], properties = [], , content = ""] = spec;
  const varying = attributes.filter((value, place) => place % 2 === 1 && value === 0).length;
  const inside = typeof content === "object" ? content.reduce((sum, child) => sum + columns(child), 0) : 0;
  return varying + properties.length + (content === 0 ? 1 : 0) + inside;
}

function codes(ops: readonly unknown[], templates: Map<unknown, op.Spec>): number[] {
  const found: number[] = [];
  let at = 0;
  while (at < ops.length) {
    const code = ops[at] as number;
    found.push(code);
    assert.ok(code in OPERANDS, `op ${code}`);
    if (code === op.TEMPLATE) templates.set(ops[at + 1], ops[at + 2] as op.Spec);
    if (code === op.INSERT) {
      const template = ops[at + 3];
      const spec = Array.isArray(template) ? (template as unknown as op.Spec) : templates.get(template);
      assert.ok(spec, `template ${template}`);
      at += columns(spec);
    }
    at += 1 + (OPERANDS[code] ?? 0);
  }
  assert.equal(at, ops.length);
  return found;
}

const seen = new Set<number>();
for (const { name, steps } of vectors as unknown as Vector[]) {
  test(name, () => {
    const templates = new Map<unknown, op.Spec>();
    for (const { ops } of steps) for (const code of codes(ops, templates)) seen.add(code);
  });
}

test("every op occurs", () => {
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    Object.keys(OPERANDS).map(Number),
  );
});
