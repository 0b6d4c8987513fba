/** The notices of a view, in as much of a DOM as they need. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Badge } from "../src/badge.ts";

class FakeElement {
  className = "";
  kids: FakeElement[] = [];
  #text = "";
  #parent: FakeElement | undefined;
  readonly ownerDocument = { createElement: () => new FakeElement() };
  readonly adoptedStyleSheets: unknown[] = [];

  set textContent(text: string) {
    this.#text = text;
    this.kids = [];
  }

  get textContent(): string {
    return this.#text;
  }

  get firstElementChild(): FakeElement | undefined {
    return this.kids[0];
  }

  attachShadow(): FakeElement {
    const shadow = new FakeElement();
    this.append(shadow);
    return shadow;
  }

  append(...kids: FakeElement[]): void {
    for (const kid of kids) kid.#parent = this;
    this.kids.push(...kids);
  }

  remove(): void {
    const kids = this.#parent?.kids;
    kids?.splice(kids.indexOf(this), 1);
  }

  setAttribute(): void {}
  addEventListener(): void {}
}

let parent: FakeElement;
let badge: Badge;

/** The summaries of what is shown, without the words about the connection. */
const shown = () =>
  parent.kids[0]?.kids[0]?.kids
    .map((notice) => notice.kids[0])
    .filter((details) => details?.className)
    .map((details) => details?.kids[0]?.textContent);

const show = (title: string, count = 1) => badge.show({ kind: "error", title, text: "", count });

beforeEach(() => {
  Object.assign(globalThis, {
    CSSStyleSheet: class {
      replaceSync(): void {}
    },
  });
  parent = new FakeElement();
  badge = new Badge(parent as unknown as Element, new AbortController().signal);
});

test("a notice takes the place of an earlier one, and a count of 0 takes it away", () => {
  show("a");
  show("b");
  show("a", 2);
  assert.deepEqual(shown(), ["a (2 times)", "b"]);
  show("b", 0);
  assert.deepEqual(shown(), ["a (2 times)"]);
});

test("the last 20 are kept; one that comes again is among them", () => {
  for (let number = 0; number < 1000; number++) {
    show(`${number}`);
    show("again", number + 1);
  }
  assert.deepEqual(shown()?.sort(), [
    ...Array.from({ length: 19 }, (_, index) => `${981 + index}`),
    "again (1000 times)",
  ]);
});
