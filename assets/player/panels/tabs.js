// A strip of tabs, one panel each: arrows, Home and End go from tab to tab.
import { html } from "../drawing/dom.js";

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

  /** Leave a tab out of the strip, or take it in again; an open one that goes makes room for the first. */
  hide(index, hidden) {
    this.tabs[index].hidden = hidden;
    if (hidden && this.index === index) this.select(0);
  }

  key(event) {
    const open = this.tabs.flatMap((tab, i) => (tab.hidden ? [] : [i]));
    const at = open.indexOf(this.index);
    const goal = {
      ArrowLeft: open.at(at - 1),
      ArrowRight: open[(at + 1) % open.length],
      Home: open[0],
      End: open.at(-1),
    }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    this.select(goal, true);
  }
}
