/**
 * The op codes of a frame and the shapes of their operands, as in docs/protocol.md.
 *
 * Constants and types only. Names and order are those of `domsync_jupyter/sync/ops.py`.
 */

export const TEMPLATE = 1;
export const INSERT = 2;
export const MOVE = 3;
export const REMOVE = 4;
export const CLEAR = 5;
export const TEXT = 6;
export const ATTR = 7;
export const PROP = 8;
export const LISTEN = 9;
export const CALL = 10;
export const RESET = 11;
export const END = 12;

/** The number of the element that the page provides. */
export const ROOT = 1;

/** An attribute or a tag: a plain name, or one in a namespace. */
export type Name = string | readonly [namespace: string | null, qualifiedName: string];

/** Where a 0 stands, the value comes from a column. */
export type Varying = string | 0;

export type WireListener = readonly [
  type: string,
  flags: number,
  getter?: string,
  fields?: readonly string[],
  keys?: readonly string[],
];

export type ElementSpec = readonly [
  tag: Name,
  attributes?: readonly (Name | Varying)[],
  properties?: readonly string[],
  listeners?: readonly WireListener[],
  content?: Varying | readonly Spec[],
];
export type Spec = ElementSpec | readonly ["#text" | "#comment", Varying];

/** Whether a spec is that of a Text or a Comment. */
export function isCharacterData(spec: Spec): spec is readonly ["#text" | "#comment", Varying] {
  return spec[0] === "#text" || spec[0] === "#comment";
}

export const CAPTURE = 1;
export const ONCE = 2;
export const PASSIVE = 4;
export const PREVENT_DEFAULT = 8;
export const STOP_PROPAGATION = 16;

/** The properties that PROP may set. */
export const PROPERTIES: ReadonlySet<string> = new Set(
  (
    "value checked selectedIndex selectedOptions indeterminate open modal scrollTop scrollLeft " +
    "currentTime volume muted playbackRate returnValue adoptedStyleSheets"
  ).split(" "),
);

/** The methods that CALL may call. */
export const METHODS: ReadonlySet<string> = new Set(
  (
    "focus blur select click scrollIntoView scrollTo scrollBy setSelectionRange setCustomValidity " +
    "reportValidity play pause load showModal show close requestSubmit reset showPopover hidePopover " +
    "togglePopover showPicker"
  ).split(" "),
);
