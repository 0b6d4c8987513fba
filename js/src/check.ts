/**
 * What a page tells Python of its DOM, now and then: a hash of some nodes.
 *
 * Their texts are those of `domsync_jupyter/sync/checks.py`; see "Checks" in docs/protocol.md.
 */

import type { Nodes } from "./nodes.ts";
import { ROOT } from "./ops.ts";

const END_CHILDREN = 100;
/** Attributes that the browser changes by itself. */
const BROWSERS = ["open", "style"];

/** The hash of the nodes with these numbers. */
export function hashOf(nodes: Nodes, numbers: readonly unknown[]): number {
  return crc32(numbers.map((number) => textOf(nodes, number as number)).join("\x01"));
}

function textOf(nodes: Nodes, number: number): string {
  const node = nodes.peek(number);
  const parts: unknown[] = [number];
  if (node?.nodeType === Node.ELEMENT_NODE) {
    // Its children are to have their numbers.
    nodes.numberOf(node);
    const kids = [...node.childNodes]
      .map((kid) => (kid.nodeType === Node.ELEMENT_NODE ? nodes.known(kid) : dataOf(kid)))
      .filter((kid) => kid !== "");
    const attributes = number === ROOT ? [] : [...(node as Element).attributes];
    parts.push(
      node.nodeName,
      ...attributes
        .filter(({ name }) => !BROWSERS.includes(name))
        .map(({ name, value }) => `${name}=${value}`)
        .sort(),
      kids.length,
      ...(kids.length > 2 * END_CHILDREN
        ? [...kids.slice(0, END_CHILDREN), ...kids.slice(-END_CHILDREN)]
        : kids),
    );
  } else {
    parts.push(node?.nodeName, (node as Text | undefined)?.data);
  }
  return parts.join("\0");
}

function dataOf(node: Node): string {
  const { data } = node as Text;
  return data && `${node.nodeName} ${data}`;
}

function crc32(text: string): number {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  }
  return ~crc >>> 0;
}
