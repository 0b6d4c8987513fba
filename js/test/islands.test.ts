/** Islands: what models and Python say to each other, and what anywidget's modules may expect of a model. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isEqual, putBack, takeApart } from "../src/islands/buffers.ts";
import { Channel } from "../src/islands/channel.ts";
import type { Model } from "../src/islands/model.ts";

interface Face {
  get(key: string): unknown;
  set(key: string | Record<string, unknown>, value?: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: unknown[]): void;
  on(names: string, callback: (...values: never[]) => void, context?: unknown): void;
  off(names?: string | null, callback?: unknown, context?: unknown): void;
  widget_manager: { get_model(id: string): Promise<Face> };
}

interface Said {
  model: string;
  method: string;
  number: number;
  token: string;
  state: Record<string, unknown>;
  content: unknown;
  buffer_paths: (string | number)[][];
  buffers: string[];
}

/** A channel, and Python's end of it. */
function connect() {
  const details: string[] = [];
  const modules: string[] = [];
  const over: string[] = [];
  const models = new Map<string, Model>();
  const channel = new Channel("root", {
    post: (detail) => details.push(detail),
    module: (model, address) => {
      models.set(model.id, model);
      modules.push(address);
    },
    over: (model, reason) => over.push(`${model}: ${reason}`),
  });
  channel.begin();
  let number = 0;
  const said = (): Said[] => {
    const whole = details
      .splice(0)
      .reduce((text, detail) => text + detail.slice(1) + (detail[0] === "." ? "\n" : ""), "");
    return whole
      .split("\n")
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  };
  const token = said()[0]?.token ?? "";
  const tell = (seen: number, ...messages: object[]) =>
    channel.receive(token, ++number, JSON.stringify({ seen, messages }));
  const open = (state: object, model = "root") =>
    tell(0, { model, method: "open", esm: "/m.js", state, buffer_paths: [], buffers: [] });
  const update = (seen: number, state: object) =>
    tell(seen, { model: "root", method: "update", state, buffer_paths: [], buffers: [] });
  const life = new AbortController();
  const face = (id = "root") => (models.get(id) as Model).face(life.signal) as Face;
  return { channel, said, tell, open, update, face, life, modules, over, details, token };
}

test("a model gets its state and its module", () => {
  const { open, face, modules } = connect();
  open({ count: 1 });
  assert.equal(face().get("count"), 1);
  assert.deepEqual(modules, ["/m.js"]);
});

test("what is saved is said; one update at a time, the last value wins", () => {
  const { open, face, said, tell } = connect();
  open({ count: 1 });
  const model = face();
  model.set("count", 2);
  assert.deepEqual(said(), [], "set is not saved");
  model.save_changes();
  assert.deepEqual(
    said().map(({ state, number }) => [state, number]),
    [[{ count: 2 }, 1]],
  );
  for (const count of [3, 4, 5]) {
    model.set({ count });
    model.save_changes();
  }
  assert.deepEqual(said(), []);
  tell(1);
  assert.deepEqual(
    said().map(({ state, number }) => [state, number]),
    [[{ count: 5 }, 2]],
  );
  tell(2);
  assert.deepEqual(said(), []);
});

test("a message comes after what was saved before it", () => {
  const { open, face, said } = connect();
  open({ count: 1 });
  const model = face();
  model.set("count", 2);
  model.save_changes();
  model.set("count", 3);
  model.save_changes();
  model.send({ a: 1 }, undefined, [new Uint8Array([255]), new DataView(new ArrayBuffer(1))]);
  assert.deepEqual(
    said().map(({ method, state, content, buffers }) => [method, state ?? content, buffers]),
    [
      ["update", { count: 2 }, []],
      ["update", { count: 3 }, []],
      ["custom", { a: 1 }, ["/w==", "AA=="]],
    ],
  );
});

test("what the page set and Python has not seen is not overwritten", () => {
  const { open, update, face } = connect();
  open({ count: 1, other: 1 });
  const model = face();
  model.set("count", 2);
  model.save_changes();
  update(0, { count: 9, other: 9 });
  assert.deepEqual([model.get("count"), model.get("other")], [2, 9]);
  update(1, { count: 8 });
  assert.equal(model.get("count"), 8);
});

test("changes are told once, and only if something changed", () => {
  const { open, update, face } = connect();
  open({ count: 1, list: [1, { a: 2 }] });
  const model = face();
  const heard: unknown[] = [];
  model.on("change:count change:list", ((_: unknown, value: unknown) => heard.push(value)) as never);
  model.on("change", () => heard.push("change"));
  update(0, { count: 1, list: [1, { a: 2 }] });
  assert.deepEqual(heard, []);
  update(0, { count: 2, list: [1, { a: 3 }] });
  assert.deepEqual(heard, [2, [1, { a: 3 }], "change"]);
});

test("handlers are taken off by name, function or context, and all of them at the end", () => {
  const { open, update, face, life } = connect();
  open({ count: 0 });
  const model = face();
  const heard: string[] = [];
  const note = (word: string) => () => heard.push(word);
  const [a, b, c] = [note("a"), note("b"), note("c")];
  const context = {};
  model.on("change:count", a);
  model.on("change:count", b);
  model.on("change:count", c, context);
  face().on("change:count", note("other face"));
  update(0, { count: 1 });
  model.off("change:count", a);
  update(0, { count: 2 });
  model.off(null, null, context);
  update(0, { count: 3 });
  model.off();
  update(0, { count: 4 });
  assert.equal(heard.join(" "), "a b c other face b c other face b other face other face");
  life.abort();
  update(0, { count: 5 });
  assert.equal(heard.length, 10);
  model.on("change:count", a);
  update(0, { count: 6 });
  assert.equal(heard.length, 10, "nothing is added after the end");
});

test("messages of Python's come with their buffers", () => {
  const { open, tell, face } = connect();
  open({});
  const heard: unknown[] = [];
  face().on("msg:custom", ((content: unknown, buffers: DataView[]) =>
    heard.push(content, buffers[0]?.getUint8(0))) as never);
  tell(0, { model: "root", method: "custom", content: { a: 1 }, buffers: ["/w=="] });
  assert.deepEqual(heard, [{ a: 1 }, 255]);
});

test("binary values go both ways", () => {
  const { open, tell, face, said } = connect();
  open({});
  tell(0, {
    model: "root",
    method: "update",
    state: { deep: [null] },
    buffer_paths: [["data"], ["deep", 0]],
    buffers: ["AQI=", "/w=="],
  });
  const model = face();
  assert.deepEqual([...new Uint8Array((model.get("data") as DataView).buffer)], [1, 2]);
  assert.equal((model.get("deep") as DataView[])[0]?.getUint8(0), 255);
  model.set({ data: new Uint8Array([7]), deep: { a: [new Uint8Array([8, 9]).subarray(1)] } });
  model.save_changes();
  const [{ state, buffer_paths, buffers } = {} as Said] = said();
  assert.deepEqual(
    [state, buffer_paths, buffers],
    [{ deep: { a: [null] } }, [["data"], ["deep", "a", 0]], ["Bw==", "CQ=="]],
  );
});

test("what Python says again, or to a former session, is ignored", () => {
  const { channel, open, face, token, said } = connect();
  open({ count: 1 });
  const text = JSON.stringify({
    seen: 0,
    messages: [{ model: "root", method: "update", state: { count: 2 } }],
  });
  channel.receive(token, 1, text);
  channel.receive("another", 2, text);
  assert.equal(face().get("count"), 1);
  channel.receive(token, 2, text);
  assert.equal(face().get("count"), 2);
  assert.deepEqual(said(), []);
});

test("a new session: the state is asked for anew, and what was not said is said", () => {
  const { channel, open, face, said } = connect();
  open({ count: 1, label: "a" });
  const model = face();
  model.set("count", 2);
  model.save_changes();
  said();
  model.set("label", "mine");
  model.save_changes();
  channel.begin();
  const [{ token } = {} as Said] = said();
  const state = { count: 7, label: "b" };
  const message = { model: "root", method: "open", esm: "/m.js", state, buffer_paths: [], buffers: [] };
  channel.receive(token, 1, JSON.stringify({ seen: 0, messages: [message] }));
  assert.deepEqual([model.get("count"), model.get("label")], [7, "mine"]);
  assert.deepEqual(
    said().map((each) => each.state),
    [{ label: "mine" }],
  );
});

test("other models are opened once, or not at all", async () => {
  const { open, face, said, tell, over } = connect();
  open({ child: "IPY_MODEL_child" });
  const manager = face().widget_manager;
  const both = Promise.all([manager.get_model("child"), manager.get_model("IPY_MODEL_child")]);
  const lost = manager.get_model("lost");
  assert.deepEqual(
    said().map(({ model, method }) => [model, method]),
    [
      ["child", "open"],
      ["lost", "open"],
    ],
  );
  open({ name: "child" }, "child");
  tell(0, { model: "lost", method: "close" });
  const [one, other] = await both;
  assert.deepEqual([one?.get("name"), other?.get("name")], ["child", "child"]);
  await assert.rejects(lost, /no model lost/);
  assert.deepEqual(over, ["lost: "]);
});

test("a long message goes in parts", () => {
  const { open, face, details, said } = connect();
  open({});
  const model = face();
  model.set("text", "x".repeat(600_000));
  model.save_changes();
  assert.deepEqual(
    details.map((detail) => detail[0]),
    ["+", "+", "."],
  );
  assert.equal(String(said()[0]?.state.text).length, 600_000);
});

test("equality", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);
  for (const [one, other, equal] of [
    [[1, [2]], [1, [2]], true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[], {}, false],
    [null, {}, false],
    [Number.NaN, Number.NaN, true],
    [bytes(1, 2), new DataView(bytes(1, 2).buffer), true],
    [bytes(1, 2), bytes(1, 3), false],
    [bytes(), {}, false],
  ] as const) {
    assert.equal(isEqual(one, other), equal, JSON.stringify([one, other]));
  }
});

test("a value is copied without its bytes, and itself left alone", () => {
  const value = { a: [new Uint8Array([1])], when: new Date(0) };
  const { json, paths, buffers } = takeApart(value);
  assert.deepEqual(
    [json, paths, buffers],
    [{ a: [null], when: "1970-01-01T00:00:00.000Z" }, [["a", 0]], ["AQ=="]],
  );
  assert.ok(value.a[0] instanceof Uint8Array);
  const state = { a: [null] };
  putBack(state, paths, buffers);
  assert.ok((state.a as unknown[])[0] instanceof DataView);
});
