// The starts that were picked in the chart: one is opened in Explore, two are compared.
import { html } from "../drawing/dom.js";

const HINT = "Click a mark to open its run in Explore; a second one, and both can be compared.";

/** The picked marks after another one: the same again takes it away, a third takes the place of the first. */
export function picked(marks, mark) {
  const same = ([cell, start]) => cell === mark[0] && start === mark[1];
  if (marks.some(same)) return marks.filter((each) => !same(each));
  return [...marks, mark].slice(-2);
}

export class Marks {
  /** @param {(marks: number[][]) => void} open */
  constructor(open) {
    this.open = open;
    /** @type {Map<string, string>} */
    this.names = new Map();
    /** @type {number[][]} */
    this.chosen = [];
    this.root = html("div", { class: "em-tune-marks" });
    this.root.hidden = true;
  }

  /** @param {[number, number, string][]} marks */
  know(marks) {
    this.names = new Map(marks.map(([cell, start, name]) => [`${cell} ${start}`, name]));
    this.show();
  }

  clear() {
    this.chosen = [];
    this.names = new Map();
    this.show();
  }

  /** @param {number[]} mark cell and start, and what else the chart says of it */
  pick(mark) {
    if (!mark || !this.names.has(`${mark[0]} ${mark[1]}`)) return;
    this.chosen = picked(this.chosen, mark.slice(0, 2));
    this.show();
    this.root.querySelector("button")?.focus({ preventScroll: true });
  }

  show() {
    this.root.hidden = !this.names.size;
    const key = JSON.stringify([this.chosen, this.names.size > 0]);
    if (key === this.key) return;
    this.key = key;
    if (!this.chosen.length) {
      this.root.replaceChildren(html("span", { class: "em-quiet" }, HINT));
      return;
    }
    const chip = (mark) =>
      html(
        "span",
        { class: "em-tune-chip" },
        this.names.get(mark.join(" ")) ?? "",
        html("button", { type: "button", "aria-label": "Let go", onclick: () => this.pick(mark) }, "×"),
      );
    const button = (label, marks) =>
      html("button", { type: "button", class: "em-first", onclick: (event) => this.press(event.target, marks) }, label);
    const two = this.chosen.length === 2;
    const act = two ? button("Compare these two", this.chosen) : button("Open in Explore", this.chosen);
    this.root.replaceChildren(act, ...this.chosen.map(chip));
  }

  press(target, marks) {
    target.disabled = true; // once
    target.textContent = "Opening …";
    this.open(marks);
  }
}
