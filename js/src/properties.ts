/**
 * Live properties: reading the state of a control, and setting a property from Python.
 *
 * An equal value is not assigned, so the caret of a text field stays where it is, unless it is the
 * default one, which the control would not keep when that changes; an unequal one keeps the
 * selection of a focused field where the field allows it.
 */

import { adoptAll } from "./style.ts";

const CONTROL_STATES: ReadonlySet<string> = new Set([
  "value",
  "checked",
  "selectedIndex",
  "selectedOptions",
  "open",
  "modal",
]);

/** Types of inputs whose value is that of their attribute. */
const VALUE_IS_ATTRIBUTE = ["hidden", "submit", "image", "reset", "button", "checkbox", "radio"];

type TextField = HTMLInputElement | HTMLTextAreaElement;
type State = readonly [property: string, value: unknown];

/** Whether a person can change the state of an element, and Python is told. */
export function isControl(element: Element): boolean {
  // What a file input says is no value that could be set again, here or in another view.
  return (
    element instanceof HTMLElement &&
    ["input", "textarea", "select", "details", "dialog"].includes(element.localName) &&
    (element as HTMLInputElement).type !== "file"
  );
}

/** Whether a person can open and close it. What says so is an attribute. */
export function isOpenable(element: Element): boolean {
  return element instanceof HTMLElement && ["details", "dialog"].includes(element.localName);
}

/** The state of a control that is reported to Python: a property and its value. */
export function stateOf(control: Element): State {
  const { type, checked, value } = control as HTMLInputElement;
  switch (control.localName) {
    case "select": {
      const select = control as HTMLSelectElement;
      if (!select.multiple) return ["selectedIndex", select.selectedIndex];
      return ["selectedOptions", Array.from(select.selectedOptions, (option) => option.index)];
    }
    case "details":
    case "dialog":
      return ["open", (control as HTMLDetailsElement | HTMLDialogElement).open];
    default:
      return type === "checkbox" || type === "radio" ? ["checked", checked] : ["value", value];
  }
}

/** Whether a property is the state that a person changes: a tick is none of a text field's, nor a text of a tick box's. */
export function isStateOf(control: Element, name: string): boolean {
  if (!CONTROL_STATES.has(name)) return false;
  if (control.localName !== "input") return true;
  const ticks = ["checkbox", "radio"].includes((control as HTMLInputElement).type);
  return name === (ticks ? "checked" : "value");
}

/** Sets a property of PROPERTIES unless it has that value already. */
export function setProperty(element: Element, name: string, value: unknown): void {
  if (name === "adoptedStyleSheets") {
    adoptAll(element, value as readonly string[]);
    return;
  }
  if (name === "selectedOptions") {
    const wanted = new Set(value as readonly number[]);
    for (const option of (element as HTMLSelectElement).options) {
      if (option.selected !== wanted.has(option.index)) option.selected = wanted.has(option.index);
    }
    return;
  }
  if (name === "modal") {
    setModal(element as HTMLDialogElement, value === true);
    return;
  }
  const target = element as unknown as Record<string, unknown>;
  if (name === "value" && target.type === "file") return;
  if (target[name] === value && !followsDefault(element, name)) return;
  const selection = name === "value" ? selectionOf(element as TextField) : undefined;
  target[name] = value;
  if (selection) (element as TextField).setSelectionRange(...selection);
}

/** Puts a dialog that is open above the rest of the page, or back into it. */
function setModal(dialog: HTMLDialogElement, modal: boolean): void {
  // One that is in no page yet cannot be above it.
  if (dialog.localName !== "dialog" || !dialog.open || !dialog.isConnected) return;
  if (dialog.matches(":modal") === modal) return;
  if (modal) {
    dialog.removeAttribute("open");
    dialog.showModal();
  } else {
    dialog.close();
    dialog.setAttribute("open", "");
  }
}

/**
 * Closes a dialog that is above the rest of the page.
 *
 * If its attribute just went, it would be gone, and the rest could not be used for good.
 * https://html.spec.whatwg.org/#attr-dialog-open
 */
export function leaveModal(element: Element): void {
  if (element.localName === "dialog" && element.matches(":modal")) (element as HTMLDialogElement).close();
}

/**
 * Whether a control may still show what its attribute or text says, as nobody has set anything.
 *
 * To set that very value ends it, and changes nothing else; but not what cannot be read as a value.
 */
export function followsDefault(control: Element, name: string): boolean {
  const isInput = control instanceof HTMLInputElement;
  if (name === "checked") return isInput && control.checked === control.defaultChecked;
  if (name !== "value" || !(isInput || control instanceof HTMLTextAreaElement)) return false;
  const { type, value, defaultValue, validity } = control;
  return value === defaultValue && !VALUE_IS_ATTRIBUTE.includes(type) && !validity.badInput;
}

/** The selection of a text field that has the focus. */
export function selectionOf(field: TextField): [number, number, "forward" | "backward" | "none"] | undefined {
  if ((field.getRootNode() as Document | ShadowRoot).activeElement !== field) return undefined;
  const { selectionStart, selectionEnd, selectionDirection } = field;
  // Fields without a text selection (number, email, ...) say null.
  return typeof selectionStart === "number" && typeof selectionEnd === "number"
    ? [selectionStart, selectionEnd, selectionDirection ?? "none"]
    : undefined;
}
