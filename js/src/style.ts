/** How a stylesheet of ours gets into a document or a shadow tree. */

/** Adds a stylesheet to a document or a shadow root. */
export function adopt(scope: Document | ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  scope.adoptedStyleSheets.push(sheet);
}
