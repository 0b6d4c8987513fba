/**
 * A snapshot laid over the present tree: what is there under the same number and name stays.
 *
 * The snapshot was built aside, as a tree of its own. Two passes. Planning finds, for every node
 * of that tree, the present node that is to play its part, if there is one, and brings it up to
 * date. Placing goes top-down, so that a node leaves its old ancestors before it takes any of
 * them in, and skips what is in the right order already. Only then are the nodes removed that
 * nobody mentioned; a kept node below them has left by then.
 */

import type { ApplierHost } from "./applier.ts";
import { copyAttributes, setAttribute } from "./attributes.ts";
import type { Nodes } from "./nodes.ts";
import { keepingFocus, move } from "./placing.ts";
import { isOpenable, leaveModal } from "./properties.ts";

/**
 * Makes the tree of `present` that of `built`, and takes over its numbers.
 *
 * Returns the nodes of `built` that present ones stand for now, with those.
 */
export function reconcile(present: Nodes, built: Nodes, host: ApplierHost): ReadonlyMap<Node, Node> {
  const kept = new Map<Node, Node>();
  /** The children that a parent is to have; parents before their descendants. */
  const children = new Map<Node, readonly Node[]>();
  /** The parent that a node is to have. */
  const parents = new Map<Node, Node>();
  /** What is to be chosen in selects that stay: moving options changes that. */
  const choices = new Map<HTMLSelectElement, readonly Node[]>();

  function plan(part: Node, number: number): Node {
    const found = present.peek(number);
    let node = part;
    if (found && !parents.has(found) && isAlike(found, part)) {
      node = found;
      kept.set(part, node);
      update(part, node);
      if (isSelect(part) && isSelect(node)) {
        choices.set(node, [...(host.owns(node) ? node : part).selectedOptions]);
      }
      if (built.numberOf(part)) built.register(number, node);
      // What stays of the built tree must not bring it along into the document.
      (part as ChildNode).remove();
    }
    const inside: Node[] = [];
    children.set(node, inside);
    for (const child of [...part.childNodes]) {
      const childNode = plan(child, built.numberOf(child) || -number);
      inside.push(childNode);
      parents.set(childNode, node);
    }
    return node;
  }

  function update(from: Node, to: Node): void {
    if (from.nodeType === Node.ELEMENT_NODE) {
      attributes(from as Element, to as Element);
      // Unfolds it: its children are to be other ones than those of its template.
      present.numberOf(to);
      present.setListeners(to, built.listeners(from));
    } else if ((to as Text).data !== (from as Text).data) {
      (to as Text).data = (from as Text).data;
    }
  }

  function attributes(from: Element, to: Element): void {
    if (!isOpenable(to)) {
      copyAttributes(from, to);
      return;
    }
    host.writing(to, () => {
      if (host.owns(to)) setAttribute(from, "open", to.getAttribute("open"), { unsafe: false });
      if (!from.hasAttribute("open")) leaveModal(to);
      copyAttributes(from, to);
    });
  }

  function choose(select: HTMLSelectElement, options: readonly Node[]): void {
    const chosen = new Set(options.map((option) => kept.get(option) ?? option));
    for (const option of select.options) if (chosen.has(option)) option.selected = true;
    for (const option of select.options) if (!chosen.has(option) && option.selected) option.selected = false;
  }

  function place(parent: Node, wanted: readonly Node[]): void {
    let cursor = parent.firstChild;
    for (const child of wanted) {
      // Whatever is to be elsewhere, or nowhere, does not count for the order here.
      while (cursor && parents.get(cursor) !== parent) cursor = cursor.nextSibling;
      if (cursor === child) cursor = cursor.nextSibling;
      else move(parent, child, cursor);
    }
  }

  plan(built.root, built.numberOf(built.root));
  keepingFocus(present.root, () => {
    for (const [parent, wanted] of children) place(parent, wanted);
    for (const [parent, wanted] of children) {
      // What is inside the place of a widget is the widget's.
      if (parent.childNodes.length === wanted.length || parent.nodeName === "DOMSYNC-EMBED") continue;
      for (const child of [...parent.childNodes]) if (parents.get(child) !== parent) child.remove();
    }
  });
  for (const [select, options] of choices) choose(select, options);
  present.takeOver(built);
  return kept;
}

function isAlike(one: Node, other: Node): boolean {
  return one.nodeName === other.nodeName && (one as Element).namespaceURI === (other as Element).namespaceURI;
}

function isSelect(node: Node): node is HTMLSelectElement {
  return node.nodeName === "SELECT";
}
