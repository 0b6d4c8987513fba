/** Stylesheets of ours: how they get into a document or a shadow tree, and the theme they follow. */

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

/** Keeps the colour scheme of an element (scrollbars, checkboxes) that of JupyterLab's theme. */
export function followTheme(element: HTMLElement, signal: AbortSignal): void {
  const { body } = element.ownerDocument;
  const follow = () => {
    const light = body.dataset.jpThemeLight;
    element.style.colorScheme = light === undefined ? "" : light === "false" ? "dark" : "light";
  };
  const observer = new MutationObserver(follow);
  observer.observe(body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => observer.disconnect());
  follow();
}
