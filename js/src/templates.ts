/**
 * From a spec to instances, at the speed of hand-written `cloneNode` code.
 *
 * A spec is built once, as a real subtree, together with a program: a flat array of steps that
 * walks a clone (first child, next sibling, parent), numbers its nodes and fills in the values
 * that vary. Making an instance is one deep clone and one run of the program; nothing is
 * allocated per instance but the nodes.
 *
 * Prototypes belong to a document that nobody sees, where images do not load, media do not play
 * and custom elements do not come to life.
 */

import { createElement, type Safety, setAttribute } from "./attributes.ts";
import { type Listener, readListeners } from "./listeners.ts";
import type { Ops } from "./messages.ts";
import type { Nodes } from "./nodes.ts";
import { isCharacterData, type Name, PROPERTIES, type Spec } from "./ops.ts";

const CHILD = 0; // to the first child
const NEXT = 1; // to the next sibling
const UP = 2; // to the parent
const NUMBER = 3; // this node has the next number
const DATA = 4; // column: the data of this Text or Comment
const ATTRIBUTE = 5; // name, column
const PROPERTY = 6; // name, column
const TEXT = 7; // column: the data of the primary text, which is the first child
const LISTENERS = 8; // place in `listeners`

export interface Template {
  readonly prototype: ChildNode;
  readonly program: readonly number[];
  readonly names: readonly Name[];
  readonly listeners: readonly (readonly Listener[])[];
  /** How many numbers an instance takes. */
  readonly size: number;
  /** How many columns the spec refers to. */
  readonly columns: number;
}

/** A property to set, at the latest once its node is in the document. */
export interface LateProperty {
  readonly node: Element;
  readonly name: string;
  readonly value: unknown;
}

export function compile(spec: Spec, owner: Document, safety: Safety): Template {
  const program: number[] = [];
  const names: Name[] = [];
  const listeners: (readonly Listener[])[] = [];
  let size = 0;
  let columns = 0;

  function build(part: Spec): ChildNode {
    program.push(NUMBER);
    size++;
    if (isCharacterData(part)) {
      const [kind, data] = part;
      if (data === 0) program.push(DATA, columns++);
      return kind === "#text" ? owner.createTextNode(data || "") : owner.createComment(data || "");
    }
    const [tag, attributes = [], properties = [], wireListeners = [], content = ""] = part;
    const element = createElement(owner, tag, safety);
    for (let at = 0; at < attributes.length; at += 2) {
      const name = attributes[at] as Name;
      const value = attributes[at + 1] as string | 0;
      if (value === 0) program.push(ATTRIBUTE, names.push(name) - 1, columns++);
      // A varying attribute takes its place in the order of the attributes here.
      setAttribute(element, name, value || "", safety);
    }
    if (wireListeners.length) program.push(LISTENERS, listeners.push(readListeners(wireListeners)) - 1);
    const firstProperty = columns;
    columns += properties.length;
    if (content === 0) program.push(TEXT, columns++);
    if (typeof content === "object") {
      content.forEach((child, place) => {
        program.push(place ? NEXT : CHILD);
        element.append(build(child));
      });
      if (content.length) program.push(UP);
    } else if (content !== "") {
      element.append(content || "");
    }
    properties.forEach((name, place) => {
      if (!PROPERTIES.has(name)) throw new Error(`the property ${name} is refused`);
      program.push(PROPERTY, names.push(name) - 1, firstProperty + place);
    });
    return element;
  }

  const prototype = build(spec);
  return { prototype, program, names, listeners, size, columns };
}

/** The numbers of the instances of an INSERT: consecutive, or an array of all of them. */
export type Numbers = number | readonly number[];

/** Throws unless the numbers and columns of an INSERT fit its template. */
export function checkInsert(
  template: Template,
  count: number,
  numbers: Numbers,
  columns: readonly Ops[],
): void {
  if (typeof numbers === "object" && numbers.length !== count * template.size) {
    throw new Error(`${count * template.size} numbers are needed, ${numbers.length} came`);
  }
  if (columns.length !== template.columns) throw new Error(`${template.columns} columns are needed`);
  for (const column of columns) {
    if (!Array.isArray(column) || column.length !== count)
      throw new Error(`a column must have ${count} values`);
  }
}

/**
 * Makes the instance in row `row` and numbers its nodes.
 *
 * With `reuse` the prototype itself becomes the instance, which spares the clone of a spec that
 * is used once. Properties go to `late`: some of them need their node to be in the document.
 */
export function instantiate(
  template: Template,
  row: number,
  numbers: Numbers,
  columns: readonly Ops[],
  nodes: Nodes,
  late: LateProperty[],
  reuse: boolean,
): ChildNode {
  const { prototype, program, names, listeners, size } = template;
  const instance = reuse ? prototype : nodes.root.ownerDocument.importNode(prototype, true);
  let next = row * size;
  let node: Node = instance;
  for (let step = 0; step < program.length; step++) {
    switch (program[step]) {
      case CHILD:
        node = node.firstChild as Node;
        break;
      case NEXT:
        node = node.nextSibling as Node;
        break;
      case UP:
        node = node.parentNode as Node;
        break;
      case NUMBER:
        nodes.register(typeof numbers === "number" ? numbers + next : (numbers[next] as number), node);
        next++;
        break;
      case DATA:
        (node as CharacterData).data = columns[program[++step] as number]?.[row] as string;
        break;
      case TEXT:
        (node.firstChild as Text).data = columns[program[++step] as number]?.[row] as string;
        break;
      case ATTRIBUTE: {
        const name = names[program[++step] as number] as Name;
        const value = columns[program[++step] as number]?.[row] as string;
        if (typeof name === "string") (node as Element).setAttribute(name, value);
        else (node as Element).setAttributeNS(name[0], name[1], value);
        break;
      }
      case PROPERTY: {
        const name = names[program[++step] as number] as string;
        late.push({ node: node as Element, name, value: columns[program[++step] as number]?.[row] });
        break;
      }
      default:
        nodes.setListeners(node, listeners[program[++step] as number]);
    }
  }
  return instance;
}
