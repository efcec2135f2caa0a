// The starts that were picked in the chart: one is opened in Explore, two are compared.
import { html } from "../drawing/dom.js";

const HINTS = {
  starts: "Click a mark to open its run in Explore; a second one, and both can be compared.",
  lab: "Click at an iteration to go on from there in Explore with other settings.",
};
const WORDS = { starts: "Open in Explore", lab: "Open in Explore there" };

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
    /** @type {"starts" | "lab"} */
    this.kind = "starts";
    /** @type {number[][]} */
    this.chosen = [];
    this.root = html("div", { class: "em-tune-marks" });
    this.root.hidden = true;
  }

  /**
   * @param {[number, number, string][]} marks
   * @param {"starts" | "lab"} kind of the lab the first number is an iteration, and one is picked at a time
   */
  know(marks, kind = "starts") {
    this.kind = kind;
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
    const own = [mark[0], this.kind === "lab" ? 0 : mark[1]];
    if (!this.names.has(own.join(" "))) return;
    this.chosen = picked(this.kind === "lab" ? this.chosen.filter(([t]) => t === own[0]) : this.chosen, own);
    this.show();
    this.root.querySelector("button")?.focus({ preventScroll: true });
  }

  show() {
    this.root.hidden = !this.names.size;
    const key = JSON.stringify([this.kind, this.chosen, this.names.size > 0]);
    if (key === this.key) return;
    this.key = key;
    if (!this.chosen.length) {
      this.root.replaceChildren(html("span", { class: "em-quiet" }, HINTS[this.kind]));
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
    const act = two ? button("Compare these two", this.chosen) : button(WORDS[this.kind], this.chosen);
    this.root.replaceChildren(act, ...this.chosen.map(chip));
  }

  press(target, marks) {
    target.disabled = true; // once
    target.textContent = "Opening …";
    this.open(marks);
  }
}
