/** How stylesheets, ours and the document's, get into a page or a shadow tree. */

/** Those of documents, by their text: all views share one. */
const shared = new Map<string, WeakRef<CSSStyleSheet>>();
/** What the document whose root this is has adopted. */
const adopted = new WeakMap<Element, readonly CSSStyleSheet[]>();

/** Adds a stylesheet to a document or a shadow root. */
export function adopt(scope: Document | ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  scope.adoptedStyleSheets.push(sheet);
}

/** Lets the tree around a root adopt stylesheets with these texts, in place of those that it adopted for this root. */
export function adoptAll(root: Element, texts: readonly string[]): void {
  const scope = root.getRootNode() as Document | ShadowRoot;
  const before = adopted.get(root) ?? [];
  const sheets = texts.map(sharedSheet);
  adopted.set(root, sheets);
  scope.adoptedStyleSheets = [
    ...scope.adoptedStyleSheets.filter((each) => !before.includes(each)),
    ...sheets,
  ];
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
