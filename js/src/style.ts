/** How stylesheets, ours and the document's, get into a page or a shadow tree. */

/** Those of documents, by their text: all views share one. */
const shared = new Map<string, WeakRef<CSSStyleSheet>>();
/** What the document whose root this is has adopted, and where. */
const adopted = new WeakMap<Element, { scope: Document | ShadowRoot; sheets: readonly CSSStyleSheet[] }>();

/** Adds a stylesheet to a document or a shadow root. */
export function adopt(scope: Document | ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  scope.adoptedStyleSheets.push(sheet);
}

/** Lets the tree around a root adopt stylesheets with these texts, in place of those that it adopted for this root. */
export function adoptAll(root: Element, texts: readonly string[]): void {
  disown(root);
  const scope = root.getRootNode() as Document | ShadowRoot;
  const sheets = texts.map(sharedSheet);
  adopted.set(root, { scope, sheets });
  scope.adoptedStyleSheets.push(...sheets);
}

/** Takes back what was adopted for a root, which may have left the page since. */
export function disown(root: Element): void {
  const { scope, sheets } = adopted.get(root) ?? {};
  adopted.delete(root);
  if (!scope) return;
  const rest = [...scope.adoptedStyleSheets];
  // Another view in the same tree may have adopted the same ones.
  for (const sheet of sheets ?? []) {
    const at = rest.lastIndexOf(sheet);
    if (at >= 0) rest.splice(at, 1);
  }
  scope.adoptedStyleSheets = rest;
}

function sharedSheet(css: string): CSSStyleSheet {
  let sheet = shared.get(css)?.deref();
  if (!sheet) {
    // A text that changes all the time would leave all that it was.
    for (const [text, reference] of shared) if (!reference.deref()) shared.delete(text);
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shared.set(css, new WeakRef(sheet));
  }
  return sheet;
}
