"""How components look: names for the colours, lines and distances that they share.

JupyterLab's variables where there are any, the system colours of the page's colour scheme where not. An app changes one
with a rule of its own, such as ``:host, body { --domsync-accent: crimson }``.
"""

from __future__ import annotations

__all__ = ["THEME"]

#: A document adopts it before the style of its first component.
THEME = """
:where(:host, body) {
  --domsync-text: var(--jp-ui-font-color1, CanvasText);
  --domsync-muted: var(--jp-ui-font-color2, color-mix(in srgb, CanvasText 66%, Canvas));
  --domsync-surface: var(--jp-layout-color1, Canvas);
  --domsync-raised: var(--jp-layout-color2, color-mix(in srgb, CanvasText 5%, Canvas));
  --domsync-line: var(--jp-border-color2, color-mix(in srgb, CanvasText 18%, Canvas));
  --domsync-accent: var(--jp-brand-color1, light-dark(#1565c0, #64b5f6));
  --domsync-on-accent: light-dark(#fff, #0b1a2b);
  --domsync-good: var(--jp-success-color1, light-dark(#2e7d32, #81c784));
  --domsync-warn: var(--jp-warn-color1, light-dark(#b45309, #ffb74d));
  --domsync-bad: var(--jp-error-color1, light-dark(#c62828, #ef9a9a));
  --domsync-gap: 12px;
  --domsync-radius: 6px;
}
"""
