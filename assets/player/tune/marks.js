// The starts that are picked, in the chart or from a list: one is opened in Explore, two are compared.
import { attribute, html, write } from "../drawing/dom.js";

const WORDS = {
  starts: { lists: [["A start", "Click a mark, or pick a start here"], ["Another start", "Compare it with …"]], act: "Open in Explore" },
  lab: { lists: [["An iteration", "Click at an iteration, or pick one here"]], act: "Open in Explore there" },
};
const LOCKED = "The model is locked: unlock it above to open what is shown here.";

/** The picked marks after another one: the same again takes it away, a third takes the place of the first. */
export function picked(marks, mark) {
  const same = ([cell, start]) => cell === mark[0] && start === mark[1];
  if (marks.some(same)) return marks.filter((each) => !same(each));
  return [...marks, mark].slice(-2);
}

/** The picked marks when the list in a place stands at another one, or at none: no mark is there twice. */
export function placed(marks, place, mark) {
  const others = marks.filter((_, index) => index !== place);
  if (!mark) return others;
  return [...others.slice(0, place), mark, ...others.slice(place)].filter((each, index) => index === place || each.join() !== mark.join());
}

export class Marks {
  /** @param {(marks: number[][]) => void} open */
  constructor(open) {
    this.open = open;
    /** @type {Map<string, string>} */
    this.names = new Map();
    this.locked = this.opening = false;
    /** @type {"starts" | "lab"} */
    this.kind = "starts";
    /** @type {number[][]} */
    this.chosen = [];
    this.lists = [0, 1].map((place) => this.list(place));
    this.act = html("button", { type: "button", class: "em-first", onclick: () => this.press() });
    this.note = html("span", { class: "em-quiet" }, LOCKED);
    this.root = html("div", { class: "em-tune-marks" }, ...this.lists, this.act, this.note);
    this.know([]);
  }

  /** A list of all marks; it is filled when it is used, as there may be thousands. */
  list(place) {
    const fill = ({ target }) => target.options.length <= this.names.size && this.fill(place, [...this.names.keys()]);
    return html("select", { onfocus: fill, onpointerdown: fill, onchange: ({ target }) => this.choose(place, target.value) });
  }

  /**
   * @param {[number, number, string][]} marks
   * @param {"starts" | "lab"} kind of the lab the first number is an iteration, and one is picked at a time
   * @param {boolean} locked none may be opened
   */
  know(marks, kind = "starts", locked = false) {
    this.kind = kind;
    this.locked = locked;
    this.names = new Map(marks.map(([cell, start, name]) => [`${cell} ${start}`, name]));
    this.show();
  }

  clear() {
    this.opening = false;
    this.chosen = [];
    this.know([]);
  }

  /** @param {number[]} mark cell and start, and what else the chart says of it */
  pick(mark) {
    const own = [mark[0], this.kind === "lab" ? 0 : mark[1]];
    if (this.locked || !this.names.has(own.join(" "))) return;
    this.opening = false;
    this.chosen = picked(this.kind === "lab" ? this.chosen.filter(([t]) => t === own[0]) : this.chosen, own);
    this.show();
    if (this.chosen.length) this.act.focus({ preventScroll: true });
  }

  /** A list stands at another mark: the focus stays in it, so that the arrow keys go on. */
  choose(place, value) {
    this.opening = false;
    this.chosen = placed(this.chosen, place, value ? value.split(" ").map(Number) : null);
    this.show();
  }

  show() {
    const { lists, act } = WORDS[this.kind];
    this.root.hidden = !this.names.size;
    this.note.hidden = !this.locked;
    this.lists.forEach((list, place) => {
      const value = this.chosen[place]?.join(" ") ?? "";
      list.hidden = this.locked || !lists[place];
      list.disabled = place > this.chosen.length;
      attribute(list, "aria-label", lists[place]?.[0] ?? "");
      if (document.activeElement !== list) this.fill(place, value ? [value] : []); // else it may be open
      list.value = value;
      list.title = this.names.get(value) ?? "";
    });
    this.act.hidden = this.locked;
    this.act.disabled = this.opening || !this.chosen.length;
    write(this.act, this.opening ? "Opening …" : this.chosen.length === 2 ? "Compare these two" : act);
  }

  /** Let a list hold some marks, and none. */
  fill(place, keys) {
    const list = this.lists[place];
    const { value } = list;
    const option = (key) => html("option", { value: key }, this.names.get(key) ?? "");
    list.replaceChildren(html("option", { value: "" }, WORDS[this.kind].lists[place]?.[1] ?? ""), ...keys.map(option));
    list.value = value;
  }

  press() {
    this.opening = true; // once
    this.show();
    this.open(this.chosen);
  }
}
