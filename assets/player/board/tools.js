// What stands round the board: its tools, classes, sizes, and how many points there are.
import { attribute, html, svg, write } from "../drawing/dom.js";
import { OUTLINES } from "../drawing/sprites.js";
import { STEPS } from "./text.js";

const ICONS = {
  point: "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8z",
  brush: "M7 7h.1M12 5h.1M17 8h.1M9 11h.1M14 11h.1M11 14h.1M16 14h.1M7 16h.1M12 18h.1M5 11.5h.1M19 12h.1",
  erase: "M8.5 19.5h11M4.5 14.5l8.5-9.5l6 5.5l-8 9h-3.5z",
  undo: "M9 5l-5 4.5l5 4.5M4.5 9.5h9a6 5.2 0 0 1 0 10.5h-4",
  redo: "M15 5l5 4.5l-5 4.5M19.5 9.5h-9a6 5.2 0 0 0 0 10.5h4",
  clear: "M5 7h14M9 7v-2.5h6v2.5M7 7l1 13h8l1-13M10.5 10.5v6M13.5 10.5v6",
  large: "M14 4.5h5.5v5.5M10 19.5h-5.5v-5.5M19.5 4.5l-6 6M4.5 19.5l6-6",
};
/** @type {Record<string, [label: string, title: string]>} */
const TOOLS = {
  point: ["Points", "Points: a point where you press, a row of them where you drag. (d)"],
  brush: ["Brush", "Brush: a cloud of points about where you press; 86 % of them lie in the ring, whose radius is 2 standard deviations. (b)"],
  erase: ["Eraser", "Eraser: takes away what lies in the ring. (e)"],
};
const ACTS = {
  undo: ["Undo", "Undo the last stroke. (Ctrl + z)"],
  redo: ["Redo", "Do again what was undone. (Ctrl + shift + z, or Ctrl + y)"],
  clear: ["Clear", "Take all points away; Undo brings them back."],
  large: ["Larger", "Draw on the whole window."],
};
export const TOOL_KEYS = { d: "point", b: "brush", e: "erase" };
/** @type {[key: string, words: string][]} */
const KEYS = [
  ["arrows", "move the cursor by 1 %, with shift by 10 %"],
  ["space, enter", "use the tool there"],
  ["d b e", "points, brush, eraser"],
  ["1 – 6", "class"],
  ["[ ]", "smaller or larger ring"],
  ["− +", "fewer or more points a cloud"],
  ["Ctrl + z", "undo, with shift redo"],
];
export const [SIZES, COUNTS] = [
  { min: 0.02, max: 0.3, step: 0.01, usual: 0.1 },
  { min: 5, max: 100, step: 5, usual: 20 },
];

const picture = (d, name) => svg("svg", { viewBox: "0 0 24 24", class: `em-icon em-icon-${name}`, "aria-hidden": "true" }, svg("path", { d }));

/** How many points there are, in a sentence, or why none can be drawn now. */
export function saying({ points, most, locked, chosen }) {
  const [count, limit] = [points, most].map((number) => number.toLocaleString("en"));
  if (locked) return `${count} points. The settings are locked.`;
  if (!chosen) return "Choose a tool to draw: until then a finger scrolls here.";
  if (points >= most) return `The board is full: a link holds ${limit} points at most. Erase some, or upload a table.`;
  return `${count} of at most ${limit} points.`;
}

export class BoardTools {
  /** `act` is the board: use(tool), choose(class), sized(share), counted(points), undo(forth), clear(), enlarge(), turn(axes). */
  constructor(act) {
    const button = (name, [label, title], press) =>
      html("button", { type: "button", class: `em-board-tool em-board-${name}`, title, "aria-label": label, onclick: press }, picture(ICONS[name], name), html("span", {}, label));
    const made = (rows, press) => Object.fromEntries(Object.entries(rows).map(([name, words]) => [name, button(name, words, () => press(name))]));
    /** @type {Record<string, HTMLButtonElement>} */
    this.tools = made(TOOLS, (name) => act.use(name));
    /** @type {Record<string, HTMLButtonElement>} */
    this.acts = made(ACTS, (name) => ({ undo: () => act.undo(), redo: () => act.undo(true), clear: () => act.clear(), large: () => act.enlarge() })[name]());
    const { undo, redo, clear, large } = this.acts;
    const back = html("div", { class: "em-board-back" }, undo, redo);
    this.bar = html("div", { class: "em-board-bar", role: "toolbar", "aria-label": "Drawing" }, ...Object.values(this.tools), back, clear, large);
    this.swatches = html("div", { class: "em-board-swatches" });
    this.classes = html("div", { class: "em-board-classes", role: "group", "aria-label": "Class of new points" }, html("span", {}, "Class"), this.swatches);
    this.size = slider("Ring", "Radius of the ring of brush and eraser. ([ and ])", SIZES, (value) => act.sized(value));
    this.count = slider("Points a cloud", "How many points the brush sprays at a time. (− and +)", COUNTS, (value) => act.counted(value));
    this.axes = [1, 2].map((axes) =>
      html("button", { type: "button", title: `Points along ${axes === 1 ? "one axis" : "two axes"}.`, onclick: () => act.turn(axes) }, axes === 1 ? "1 axis" : "2 axes"),
    );
    const choice = html("div", { class: "em-board-axes", role: "group", "aria-label": "Axes" }, ...this.axes);
    /** @param {[string, string]} line */
    const row = ([key, words]) => html("li", {}, html("kbd", {}, key), ` ${words}`);
    this.keys = html("details", {}, html("summary", {}, "By keys"), html("ul", {}, ...KEYS.map(row)));
    this.sizes = html("div", { class: "em-board-sizes" }, this.size.root, this.count.root);
    this.above = html("div", { class: "em-board-above" }, this.bar, this.classes);
    this.below = html("div", { class: "em-board-below" }, this.sizes, choice, this.keys);
    this.total = html("p", { class: "em-board-total", "aria-live": "polite" });
    this.place = html("p", { class: "em-board-place" });
    this.told = html("p", { class: "em-hidden", "aria-live": "polite" });
    this.status = html("div", { class: "em-board-status" }, this.total, this.place, this.told);
    this.choose = (c) => act.choose(c);
  }

  /** The classes there may be, in their colours and shapes. */
  dress(colours, symbols) {
    const key = JSON.stringify([colours, symbols]);
    if (key === this.worn) return;
    this.worn = key;
    const swatch = (colour, c) => {
      const shape = svg("path", { d: OUTLINES[symbols[c]](6), fill: colour, transform: "translate(12 12)" });
      const title = `New points are of class ${c + 1}. (${c + 1})`;
      const press = { type: "button", "aria-label": `Class ${c + 1}`, title, onclick: () => this.choose(c) };
      return html("button", press, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "em-board-swatch" }, shape));
    };
    this.swatches.replaceChildren(...colours.map(swatch));
  }

  /**
   * Bring all in line.
   * @param {{ tool: { name: string, c: number, radius: number, count: number }, chosen: boolean, points: number, most: number,
   *   undo: boolean, redo: boolean, locked: boolean, large: boolean, axes: number }} now
   */
  show({ tool, chosen, points, most, undo, redo, locked, large, axes }) {
    for (const [name, node] of Object.entries(this.tools)) attribute(node, "aria-pressed", chosen && tool.name === name);
    [...this.swatches.children].forEach((node, c) => attribute(node, "aria-pressed", tool.c === c));
    this.axes.forEach((node, i) => attribute(node, "aria-pressed", axes === i + 1));
    this.size.show(tool.radius / STEPS, `${Math.round((100 * tool.radius) / STEPS)} %`);
    this.count.show(tool.count, String(tool.count));
    for (const part of [this.above, this.below]) {
      /** @type {NodeListOf<HTMLButtonElement | HTMLInputElement>} */
      const controls = part.querySelectorAll("button, input");
      for (const node of controls) node.disabled = locked;
    }
    this.acts.undo.disabled ||= !undo;
    this.acts.redo.disabled ||= !redo;
    this.acts.clear.disabled ||= !points;
    this.acts.large.disabled = false;
    const word = large ? "Done" : ACTS.large[0];
    write(this.acts.large.lastElementChild, word);
    attribute(this.acts.large, "aria-label", word);
    this.acts.large.title = large ? "Back to the page. (Esc)" : ACTS.large[1];
    write(this.total, saying({ points, most, locked, chosen }));
  }

  /** Where the pointer is, in the units of the axes; it is read aloud where keys have led there. */
  looks(text, byKeys) {
    write(this.place, text);
    if (byKeys) write(this.told, text);
  }
}

/** A slider with its name and value. */
function slider(label, title, { min, max, step }, act) {
  const value = html("span", { class: "em-board-value" });
  const input = html("input", { type: "range", min, max, step, "aria-label": label, title, oninput: () => act(Number(input.value)) });
  const show = (number, text) => {
    if (Number(input.value) !== number) input.value = String(number);
    attribute(input, "aria-valuetext", text);
    input.style.setProperty("--played", String((number - min) / (max - min)));
    write(value, text);
  };
  return { root: html("label", { title }, html("span", {}, label), input, value), show };
}
