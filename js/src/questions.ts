/**
 * Questions of Python's: results of methods, present values of properties, parts of files.
 *
 * Only what stands on the lists is answered. They are those of `domsync_jupyter/sync/questions.py`.
 */

import type { Files } from "./files.ts";
import { scalar } from "./getter.ts";
import type { Ask, Json } from "./messages.ts";
import { callMethod } from "./methods.ts";
import type { Nodes } from "./nodes.ts";
import { METHODS } from "./ops.ts";

const CALLABLE: ReadonlySet<string> = new Set([
  ...METHODS,
  ..."checkValidity checkVisibility getBoundingClientRect matches tell".split(" "),
]);

const READABLE: ReadonlySet<string> = new Set(
  (
    "checked clientHeight clientWidth currentTime duration ended naturalHeight naturalWidth offsetHeight " +
    "offsetLeft offsetTop offsetWidth open paused readyState scrollHeight scrollLeft scrollTop scrollWidth " +
    "selectedIndex selectionEnd selectionStart validationMessage value"
  ).split(" "),
);

/** The answer, as JSON can carry it; rejects if there is none. */
export async function answer(question: Ask, nodes: Nodes, files: Files): Promise<Json> {
  const { node, kind, name, arguments: operands } = question;
  if (kind === "file") return files.read(...(operands as [number, number, number]));
  const element = nodes.element(node);
  if (kind === "call" && CALLABLE.has(name)) return plain(await callMethod(element, name, operands));
  if (kind === "get" && READABLE.has(name)) {
    return plain((element as unknown as Record<string, unknown>)[name]);
  }
  throw new Error(`the question ${kind} ${name} is refused`);
}

function plain(value: unknown): Json {
  return value instanceof DOMRectReadOnly ? value.toJSON() : scalar(value);
}
