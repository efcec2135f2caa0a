// A strip of tabs, one panel each: arrows, Home and End go from tab to tab.
import { html } from "../drawing/dom.js";

let count = 0;

export class Tabs {
  /** `names` are those of the tabs by key; `select(i)` is called when tab i has been opened. */
  constructor(parent, label, names, select) {
    const id = `em-strip-${++count}`;
    this.opened = select;
    this.keys = Object.keys(names);
    this.absent = new Set(); // tabs that there is nothing to show in
    this.away = new Set(); // that are left out for a class
    /** @type {number} */
    this.wanted = null; // to be opened once there is something in it
    this.tabs = this.keys.map((key, i) => {
      const own = { "data-part": key, type: "button", role: "tab", id: `${id}-tab-${i}`, "aria-controls": `${id}-panel-${i}` };
      return html("button", { ...own, onclick: () => this.select(i) }, names[key]);
    });
    this.panels = this.keys.map((key, i) => {
      const own = { "data-part": key, role: "tabpanel", id: `${id}-panel-${i}`, "aria-labelledby": `${id}-tab-${i}` };
      return html("div", { ...own, class: "em-tabpanel" });
    });
    const strip = { "data-part": "tabs", class: "em-tabs", role: "tablist", "aria-label": label, onkeydown: (event) => this.key(event) };
    this.parent = parent;
    parent.append(html("div", strip, ...this.tabs), ...this.panels);
    this.select(0);
  }

  select(index, focus = false) {
    this.index = index;
    this.wanted = null;
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
    if (this.absent.has(index) === hidden) return;
    this.absent[hidden ? "add" : "delete"](index);
    this.settle();
  }

  /** The same of those that are away for a class, by key. */
  leaveOut(keys) {
    this.away = new Set(this.keys.flatMap((key, i) => (keys.has(key) ? [i] : [])));
    this.settle();
  }

  settle() {
    const there = this.there;
    this.tabs.forEach((tab, i) => (tab.hidden = !there.includes(i)));
    this.parent.classList.toggle("em-none", !there.length);
    if (there.includes(this.wanted)) this.select(this.wanted);
    else if (there.length && !there.includes(this.index)) {
      const before = this.index;
      this.select(there[0]);
      if (this.away.has(before)) this.wanted = before; // until another one is opened
    }
  }

  /** The tabs in the strip. */
  get there() {
    return this.keys.map((_, i) => i).filter((i) => !this.absent.has(i) && !this.away.has(i));
  }

  /** The key of the open tab, "" for the first. */
  get told() {
    return this.index ? this.keys[this.index] : "";
  }

  /** Open the tab of a key, at once or when there is something in it; of another key none. */
  open(key) {
    const index = this.keys.indexOf(key);
    if (this.there.includes(index)) this.select(index);
    else if (index >= 0) this.wanted = index;
  }

  key(event) {
    const open = this.there;
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
