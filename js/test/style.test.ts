/** Stylesheets of documents, with sheets that are gone when the test says so. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { adoptAll } from "../src/style.ts";

const gone = new Set<string>();
/** The texts of the sheets that were looked for. */
let looked: string[] = [];

class Sheet {
  text = "";

  replaceSync(text: string): void {
    this.text = text;
  }
}

class Reference {
  readonly #sheet: Sheet;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  deref(): Sheet | undefined {
    looked.push(this.#sheet.text);
    return gone.has(this.#sheet.text) ? undefined : this.#sheet;
  }
}

Object.assign(globalThis, { CSSStyleSheet: Sheet, WeakRef: Reference });

test("sheets are shared by their text, and forgotten when nobody has them any more", () => {
  const scope = { adoptedStyleSheets: [] as Sheet[] };
  const root = { getRootNode: () => scope } as unknown as Element;
  adoptAll(root, ["a", "b"]);
  const [a] = scope.adoptedStyleSheets;
  adoptAll(root, ["a"]);
  assert.deepEqual(scope.adoptedStyleSheets, [a]);
  gone.add("b");
  adoptAll(root, ["a", "c"]);
  looked = [];
  adoptAll(root, ["d"]);
  assert.deepEqual(looked, ["a", "c"]);
  assert.deepEqual(
    scope.adoptedStyleSheets.map(({ text }) => text),
    ["d"],
  );
});
