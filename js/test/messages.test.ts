/** The message tables against the vectors that Python reads too. */

import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/wire/messages.json" with { type: "json" };
import { DOWNSTREAM, decode, encode, UPSTREAM } from "../src/messages.ts";

interface Vector {
  readonly name: string;
  readonly direction: string;
  readonly message: unknown;
  readonly fields?: Record<string, unknown>;
  readonly invalid?: string;
}

for (const { name, direction, message, fields, invalid } of vectors as Vector[]) {
  const table = direction === "up" ? UPSTREAM : DOWNSTREAM;
  const wire = JSON.stringify(message);
  test(name, () => {
    if (invalid) {
      assert.throws(() => decode(table, wire), /no message of domsync.v1/);
      return;
    }
    const decoded = decode(table, wire);
    assert.deepEqual(decoded, fields);
    assert.deepEqual(JSON.parse(encode(table, decoded as never)), message);
  });
}

test("what is not JSON is refused", () => {
  for (const wire of ["", "[3,", "hello", "[3,1]x"]) {
    assert.throws(() => decode(DOWNSTREAM, wire), /no message of domsync.v1/);
  }
});

test("every message of both tables has a valid vector", () => {
  for (const [direction, table] of Object.entries({ up: UPSTREAM, down: DOWNSTREAM })) {
    const named = (vectors as Vector[]).filter((vector) => vector.direction === direction && vector.fields);
    assert.deepEqual(new Set(named.map((vector) => vector.fields?.tag)), new Set(Object.keys(table)));
  }
});
