"""How a table looks. The heights stand here and in `table.py`, which reckons with them."""

from __future__ import annotations

__all__ = ["HEADER_HEIGHT", "ROW_HEIGHT", "STYLE"]

#: Pixels.
ROW_HEIGHT = 28
HEADER_HEIGHT = 32

STYLE = """
:where(.domsync-data-table) { display: flex; flex-direction: column; gap: 6px; min-width: 0; position: relative; }
:where(.domsync-data-table > header) { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
:where(.domsync-data-table > header > input) { flex: 1; min-width: 120px; max-width: 320px; margin: 0; }
:where(.domsync-data-table > header > select) { margin: 0; max-width: 200px; }
:where(.domsync-data-table > footer) { min-height: 1.5em; font-size: 0.9em; color: var(--domsync-muted); }
:where(.domsync-data-table > footer.domsync-error) { color: var(--domsync-bad); }
:where(.domsync-data-table > textarea) {
  position: absolute; width: 1px; height: 1px; padding: 0; margin: 0; border: 0; opacity: 0; overflow: hidden;
  pointer-events: none; resize: none; bottom: 0; left: 0;
}
:where(.domsync-data-table > [role=grid]) {
  overflow: auto; overflow-anchor: none; background: var(--domsync-surface); scroll-padding-top: HEADERpx;
  border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius); outline-offset: -1px;
}
:where(.domsync-data-table table) {
  display: block; position: relative; overflow: clip; width: max-content; min-width: 100%; margin: 0;
  border-collapse: separate; font-variant-numeric: tabular-nums;
}
:where(.domsync-data-table thead) { display: block; position: sticky; top: 0; z-index: 2; }
:where(.domsync-data-table tbody) { display: block; position: absolute; left: 0; right: 0; margin-top: HEADERpx; }
:where(.domsync-data-table tr) {
  display: grid; grid-template-columns: var(--domsync-columns); height: ROWpx; box-sizing: border-box;
  background: var(--domsync-surface); border-bottom: 1px solid var(--domsync-line);
}
:where(.domsync-data-table thead tr) { height: HEADERpx; background: var(--domsync-raised); }
:where(.domsync-data-table th, .domsync-data-table td) {
  display: block; box-sizing: border-box; min-width: 0; padding: 0 10px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; border-bottom: 0; user-select: none; -webkit-user-select: none;
}
:where(.domsync-data-table td) { height: calc(ROWpx - 1px); line-height: calc(ROWpx - 1px); }
:where(.domsync-data-table th) {
  height: calc(HEADERpx - 1px); line-height: calc(HEADERpx - 1px); position: relative; font-weight: 600;
  text-align: start; display: flex; cursor: pointer; touch-action: pan-y;
}
:where(.domsync-data-table th > span) { overflow: hidden; text-overflow: ellipsis; }
:where(.domsync-data-table th.domsync-number) { justify-content: flex-end; }
:where(.domsync-data-table td.domsync-number) { text-align: end; }
:where(.domsync-data-table th:hover) { color: var(--domsync-accent); }
:where(.domsync-data-table th:not([aria-sort])) { cursor: default; }
:where(.domsync-data-table th[aria-sort=ascending], .domsync-data-table th[aria-sort=descending]) {
  color: var(--domsync-accent);
}
:where(.domsync-data-table th[aria-sort=ascending] > span)::after {
  content: " ▲"; content: " ▲" / ""; font-size: 0.75em;
}
:where(.domsync-data-table th[aria-sort=descending] > span)::after {
  content: " ▼"; content: " ▼" / ""; font-size: 0.75em;
}
:where(.domsync-data-table th[data-order])::after {
  content: attr(data-order); font-size: 0.7em; padding-left: 1px; color: var(--domsync-muted);
}
:where(.domsync-data-table .domsync-handle) {
  position: absolute; top: 0; bottom: 0; right: 0; width: 9px; cursor: col-resize; touch-action: none;
  border-right: 1px solid var(--domsync-line);
}
:where(.domsync-data-table .domsync-handle:hover, .domsync-data-table .domsync-handle:active) {
  border-right: 3px solid var(--domsync-accent);
}
:where(.domsync-data-table th:active)::before { content: ""; position: fixed; inset: 0; z-index: 9; }
:where(.domsync-data-table th:has(.domsync-handle:active))::before { cursor: col-resize; }
:where(.domsync-data-table th.domsync-dragged) { opacity: 0.5; }
:where(.domsync-data-table th.domsync-drop-before) { box-shadow: inset 3px 0 var(--domsync-accent); }
:where(.domsync-data-table th.domsync-drop-after) { box-shadow: inset -3px 0 var(--domsync-accent); }
:where(.domsync-data-table tbody tr.domsync-odd) {
  background: color-mix(in srgb, var(--domsync-raised) 45%, var(--domsync-surface));
}
:where(.domsync-data-table tbody tr:hover) { background: var(--domsync-raised); }
:where(.domsync-data-table tbody tr[aria-selected=true]) {
  background: color-mix(in srgb, var(--domsync-accent) 18%, var(--domsync-surface));
}
:where(.domsync-data-table td.domsync-missing)::before { content: "–"; color: var(--domsync-muted); }
:where(.domsync-data-table td[data-active], .domsync-data-table th[data-active]) {
  outline: 1px solid var(--domsync-muted); outline-offset: -2px;
}
:where(
  .domsync-data-table > textarea:focus ~ [role=grid] [data-active],
  .domsync-data-table > [role=grid]:focus-within [data-active]
) { outline: 2px solid var(--domsync-accent); }
:where(.domsync-data-table td > input) {
  box-sizing: border-box; width: calc(100% + 16px); height: calc(100% - 2px); margin: 0 -8px; padding: 0 7px;
  vertical-align: top; text-align: inherit; border: 1px solid var(--domsync-accent); border-radius: 2px;
}
:where(.domsync-data-table td > input[aria-invalid=true]) { border-color: var(--domsync-bad); }
""".replace("ROWpx", f"{ROW_HEIGHT}px").replace("HEADERpx", f"{HEADER_HEIGHT}px")
