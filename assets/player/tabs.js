// A strip of tabs, one panel each: arrows, Home and End go from tab to tab.
import { html } from "./dom.js";

let count = 0;

export class Tabs {
  /** `select(i)` is called when tab i has been opened. */
  constructor(parent, label, names, select) {
    const id = `em-strip-${++count}`;
    this.opened = select;
    this.tabs = names.map((name, i) => {
      const own = { type: "button", role: "tab", id: `${id}-tab-${i}`, "aria-controls": `${id}-panel-${i}` };
      return html("button", { ...own, onclick: () => this.select(i) }, name);
    });
    this.panels = names.map((_, i) => {
      const own = { role: "tabpanel", id: `${id}-panel-${i}`, "aria-labelledby": `${id}-tab-${i}` };
      return html("div", { ...own, class: "em-tabpanel" });
    });
    const strip = { class: "em-tabs", role: "tablist", "aria-label": label, onkeydown: (event) => this.key(event) };
    parent.append(html("div", strip, ...this.tabs), ...this.panels);
    this.select(0);
  }

  select(index, focus = false) {
    this.index = index;
    this.tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i === index);
      tab.tabIndex = i === index ? 0 : -1;
      this.panels[i].hidden = i !== index;
    });
    if (focus) this.tabs[index].focus();
    this.opened?.(index);
  }

  key(event) {
    const { length } = this.tabs;
    const goal = {
      ArrowLeft: (this.index - 1 + length) % length,
      ArrowRight: (this.index + 1) % length,
      Home: 0,
      End: length - 1,
    }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    this.select(goal, true);
  }
}
