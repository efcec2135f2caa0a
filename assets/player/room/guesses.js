// Guesses in a picture: a click becomes a cell of the grid, and cells become dots, everyone's without a name.
import { svg } from "../drawing/dom.js";
import { cellOf, centreOf, stacked } from "./deciding.js";

/**
 * @import { Guesses, Question } from "./types.d.ts"
 * @typedef {ReturnType<import("../panels/density.js").DensityPicture["view"]>} View
 */

/** The dots over one picture. */
export class Dots {
  /** @param {import("../panels/density.js").DensityPicture} picture */
  constructor(picture) {
    this.picture = picture;
    this.drawing = svg("svg", { class: "em-guesses", "aria-hidden": "true" });
    picture.frame.append(this.drawing);
    picture.overlook = (view) => this.draw(view);
    /** @type {Question} */
    this.question = null;
    /** @type {number[]} */
    this.own = null;
  }

  /**
   * Show what was guessed at a question, and the own guess; `answer(cell)` takes a click where one is wanted.
   * @param {Question} question
   * @param {number[]} own
   * @param {(cell: number[]) => void} answer
   */
  show(question, own, answer) {
    Object.assign(this, { question, own });
    const { picture } = this;
    picture.frame.classList.toggle("em-asked", Boolean(answer));
    picture.answer = answer && ((place) => this.take(place, answer));
    const view = picture.view();
    if (view) this.draw(view);
  }

  /**
   * A click at a place in pixels; gives whether it was meant for the question.
   * @param {number[]} pixels
   * @param {(cell: number[]) => void} answer
   */
  take([px, py], answer) {
    const { left, top, w, h, x, y } = this.picture.view();
    const place = [x[0] + ((px - left) / w) * (x[1] - x[0]), y[1] - ((py - top) / h) * (y[1] - y[0])];
    const inside = px >= left && px <= left + w && py >= top && py <= top + h;
    const cell = inside && cellOf(place, this.question);
    if (cell) answer(cell);
    return true;
  }

  /** @param {View} view */
  draw(view) {
    const { left, top, w, h, x, y } = view;
    const { question, own } = this;
    if (!question) return this.drawing.replaceChildren();
    /** @param {number[]} cell */
    const at = (cell) => {
      const [a, b] = centreOf(cell, question);
      return [left + ((a - x[0]) / (x[1] - x[0])) * w, top + ((y[1] - b) / (y[1] - y[0])) * h];
    };
    /** @param {number[]} place */
    const inside = ([px, py]) => px >= left && px <= left + w && py >= top && py <= top + h;
    const cells = question.answers?.cells ?? [];
    const marks = cells.flatMap(([i, j, count]) => {
      const place = at([i, j]);
      const [cx, cy] = place;
      return inside(place) ? [svg("circle", { cx, cy, r: Math.min(24, 7 * Math.sqrt(count)) })] : [];
    });
    if (own && inside(at(own))) {
      const [px, py] = at(own);
      marks.push(svg("path", { d: `M${px - 9} ${py}h18M${px} ${py - 9}v18` }));
    }
    this.drawing.replaceChildren(...marks);
  }

  destroy() {
    this.drawing.remove();
    this.picture.overlook = this.picture.answer = null;
    this.picture.frame.classList.remove("em-asked");
  }
}

const [WIDTH, HEIGHT, STEP] = [320, 58, 8];

/**
 * Numbers as stacked dots over an axis, with the median.
 * @param {Guesses} answers
 * @param {number} median
 * @param {(value: number) => string} write
 */
export function plot({ numbers }, median, write) {
  const { low, high, counts, below, above } = stacked(numbers);
  const step = Math.min(STEP, (HEIGHT - 18) / Math.max(...counts));
  const column = WIDTH / counts.length;
  const dots = counts.flatMap((count, i) =>
    Array.from({ length: count }, (_, k) =>
      svg("circle", { cx: (i + 0.5) * column, cy: HEIGHT - 16 - (k + 0.5) * step, r: Math.max(1, Math.min(column, step) / 2 - 0.4) }),
    ),
  );
  const at = ((median - low) / (high - low)) * WIDTH;
  const middle = svg("path", { class: "em-median", d: `M${at} 0V${HEIGHT - 14}` });
  const axis = svg("path", { class: "em-axis", d: `M0 ${HEIGHT - 15}H${WIDTH}` });
  const word = (x, anchor, text) => {
    const node = svg("text", { x, y: HEIGHT - 2, "text-anchor": anchor });
    node.textContent = text;
    return node;
  };
  const ends = [
    word(0, "start", below ? `${below} below ${write(low)}` : write(low)),
    word(WIDTH, "end", above ? `${above} above ${write(high)}` : write(high)),
  ];
  const label = `${numbers.length} numbers from ${write(numbers[0])} to ${write(numbers.at(-1))}`;
  const drawing = svg("svg", { class: "em-numbers-plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  drawing.append(axis, ...dots, middle, ...ends);
  return drawing;
}
