/** How a stylesheet of ours gets into a document or a shadow tree. */

/** Adds a stylesheet to a document or a shadow root. */
export function adopt(scope: Document | ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    scope.adoptedStyleSheets.push(sheet);
  } catch {
    // An older browser.
    const style = document.createElement("style");
    style.textContent = css;
    (scope instanceof Document ? scope.head : scope).append(style);
  }
}
