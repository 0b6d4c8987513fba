/** What an Event message tells about a DOM event: its usual properties, by interface. */

import type { Files } from "./files.ts";
import { read, scalar } from "./getter.ts";
import type { Json } from "./messages.ts";

const KEYS = "ctrlKey shiftKey altKey metaKey";

const USUAL: readonly (readonly [new (...operands: never[]) => Event, readonly string[]])[] = (
  [
    [UIEvent, "detail"],
    [MouseEvent, `clientX clientY offsetX offsetY button buttons ${KEYS}`],
    [WheelEvent, "deltaX deltaY deltaMode"],
    [PointerEvent, "pointerId pointerType pressure"],
    [KeyboardEvent, `key code repeat isComposing ${KEYS}`],
    [InputEvent, "data inputType isComposing"],
  ] as const
).map(([type, names]) => [type, names.split(" ")]);

export function fieldsOf(
  event: Event,
  target: Element,
  wanted: Iterable<string>,
  files: Files,
): Record<string, Json> {
  const fields: Record<string, Json> = { bubbles: event.bubbles };
  const put = (name: string) => {
    fields[name] = scalar((event as unknown as Record<string, unknown>)[name]);
  };
  for (const [type, names] of USUAL) if (event instanceof type) names.forEach(put);
  const { type, checked, value, files: chosen } = target as HTMLInputElement;
  if (typeof value === "string") fields.value = value;
  if (type === "checkbox" || type === "radio") fields.checked = checked;
  const brought = event.type === "drop" ? (event as DragEvent).dataTransfer?.files : chosen;
  if (brought) fields.files = files.keep(brought);
  for (const name of wanted) fields[name] = read(`event.${name}`, target, event);
  return fields;
}
