/**
 * The base stylesheet: bare HTML that looks at home in JupyterLab, light and dark, and elsewhere.
 *
 * JupyterLab's variables where there are any, the system colours of the page's colour scheme
 * where not. Everything stands in `:where()`, so any rule of the app's is stronger.
 */

export const BASE_CSS = `
:where(:host) { display: block }
:where(:host, body) { color: var(--jp-ui-font-color1, CanvasText);
  font: var(--jp-ui-font-size1, 14px)/1.5 var(--jp-ui-font-family, system-ui, sans-serif) }
:where(body) { color-scheme: light dark; background: var(--jp-layout-color0, Canvas); margin: 16px }
:where(h1, h2, h3, h4, h5, h6) { font-weight: 600; line-height: 1.25; margin: .8em 0 .4em }
:where(p, ul, ol, dl, pre, table, blockquote) { margin: .5em 0 }
:where(a) { color: var(--jp-content-link-color, LinkText) }
:where(code, pre, kbd, samp) { font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: .95em }
:where(pre) { overflow: auto }
:where(table) { border-collapse: collapse; font-variant-numeric: tabular-nums }
:where(th, td) { padding: 3px 10px; text-align: start }
:where(thead th) { border-bottom: 1px solid var(--jp-border-color1, GrayText) }
:where(tbody tr:nth-child(even)) { background: var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas)) }
:where(button, input, select, textarea) { font: inherit }
:where(button, select, textarea, input:not([type=checkbox], [type=radio], [type=range], [type=color], [type=file])) {
  color: var(--jp-ui-font-color1, FieldText); background: var(--jp-layout-color1, Field); padding: 3px 8px;
  border: 1px solid var(--jp-border-color1, color-mix(in srgb, CanvasText 35%, Canvas)); border-radius: 3px }
:where(button, input[type=button], input[type=submit], input[type=reset]) { padding: 3px 12px; cursor: pointer;
  background: var(--jp-layout-color2, color-mix(in srgb, CanvasText 7%, Canvas)) }
:where(button:hover:enabled) { background: var(--jp-layout-color3, color-mix(in srgb, CanvasText 14%, Canvas)) }
:where(:disabled) { opacity: .55; cursor: default }
:where(:focus-visible) { outline: 2px solid var(--jp-brand-color1, AccentColor); outline-offset: 1px }
:where(input, progress, meter) { accent-color: var(--jp-brand-color1, auto) }
:where(hr) { border: 0; border-top: 1px solid var(--jp-border-color2, GrayText) }
`;

/** Adds a stylesheet to a document or a shadow root. */
export function adopt(scope: Document | ShadowRoot, css: string): void {
  const owner = scope instanceof Document ? scope : scope.ownerDocument;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    scope.adoptedStyleSheets.push(sheet);
  } catch {
    const style = owner.createElement("style");
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
