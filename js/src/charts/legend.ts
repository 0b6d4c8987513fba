/** What a chart's lines are called, their values, and what shows and hides them: a list of buttons. */

export interface Entry {
  /** In the colour of the line. */
  readonly mark: HTMLElement;
  say(value: string): void;
}

export class Legend {
  readonly element = document.createElement("ul");
  readonly entries: readonly Entry[];

  /** `onToggle` is called when a line is shown or hidden. */
  constructor(names: readonly string[], onToggle: (index: number, isShown: boolean) => void) {
    this.element.className = "domsync-legend";
    this.entries = names.map((name, index) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const [mark, label, value] = ["i", "span", "b"].map((tag) => document.createElement(tag)) as [
        HTMLElement,
        HTMLElement,
        HTMLElement,
      ];
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.title = `Show or hide ${name}`;
      mark.style.setProperty("--color", `var(--domsync-series-${(index % 10) + 1})`);
      label.textContent = name;
      button.append(mark, label, value);
      button.onclick = () => {
        const isShown = button.getAttribute("aria-pressed") === "false";
        button.setAttribute("aria-pressed", String(isShown));
        onToggle(index, isShown);
      };
      item.append(button);
      this.element.append(item);
      return {
        mark,
        say(text) {
          if (value.textContent !== text) value.textContent = text;
        },
      };
    });
  }
}
