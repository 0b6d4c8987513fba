/** Property paths: what they read, and that nothing else can be written with them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../src/getter.ts";

const element = {
  value: "v",
  checked: true,
  options: [{ value: "a" }, { value: "b" }],
  selectedIndex: 1,
  nothing: null,
  nan: Number.NaN,
  call: () => "called",
  get throws(): string {
    throw new Error("no");
  },
} as unknown as Element;
const event = { clientX: 7, detail: { deep: "x" } } as unknown as Event;

const paths: readonly (readonly [path: string, value: unknown])[] = [
  ["this.value", "v"],
  [" this . value ", "v"],
  ["this.checked", true],
  ["this.options[this.selectedIndex].value", "b"],
  ["this.options[0].value", "a"],
  ['this.options["0"].value', null],
  ["this.options.length", 2],
  ["event.clientX", 7],
  ["event.detail.deep", "x"],
  ["this.nothing", null],
  ["this.missing", null],
  ["this.missing.deeper", null],
  ["this.nan", null],
  ["this.throws", null],
  ["this", null],
  ["this.options", null],
  ["this.call", null],
  ["this.call()", null],
  ["this.constructor.constructor('return 1')()", null],
  ["alert(1)", null],
  ["window.location.href", null],
  ["this.value + 1", null],
  ["this.value;", null],
  ["this..value", null],
  ["this[", null],
  ["this[0", null],
  ["this]", null],
  ["thisvalue", null],
  ["`alert(1)`", null],
  ["", null],
];

for (const [path, value] of paths) {
  test(`${path} reads as ${JSON.stringify(value)}`, () => assert.equal(read(path, element, event), value));
}
