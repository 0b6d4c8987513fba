/**
 * Putting a node that is already in the document somewhere else, without losing its state.
 *
 * `moveBefore` keeps focus, scroll positions, running media and iframes; where a browser lacks
 * it, or refuses, at least the focus and the caret are given back.
 */

import { selectionOf } from "./properties.ts";

interface MovingParent extends Node {
  moveBefore?(node: Node, before: Node | null): void;
}

export function move(parent: MovingParent, node: Node, before: Node | null): void {
  if (parent.moveBefore && parent.isConnected && node.isConnected) {
    parent.moveBefore(node, before);
  } else {
    keepingFocus(node, () => parent.insertBefore(node, before));
  }
}

/** Runs `change`; if the focused element was below `tree` and lost the focus, gives it back. */
export function keepingFocus(tree: Node, change: () => void): void {
  const focused = (tree.getRootNode() as Document | ShadowRoot).activeElement as HTMLInputElement | null;
  if (!focused || !tree.contains(focused)) {
    change();
    return;
  }
  const selection = selectionOf(focused);
  change();
  const scope = focused.getRootNode() as Document | ShadowRoot;
  if (focused.isConnected && scope.activeElement !== focused) {
    focused.focus({ preventScroll: true });
    if (selection) focused.setSelectionRange(...selection);
  }
}
