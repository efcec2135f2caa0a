// The log-likelihood beside what is pulled: what it would be if it were let go here.
import { html, write } from "../drawing/dom.js";
import { logLikelihood } from "../maths/likelihood.js";
import { decimals } from "../maths/text.js";

const MOST = 400_000; // densities that are computed while a hand moves: a few milliseconds
const [RIGHT, UP, EDGE] = [16, 44, 4]; // pixels from the hand

/** @import { Fixed } from "../wire/types.d.ts" */
/** @import { Scene } from "../wire/history.js" */

/**
 * The log-likelihood with another shape in the place of a scene's, after a kind of pull, and how it differs; or why the picture
 * does not tell it. Of more rows than are drawn it is estimated.
 * @param {Scene} scene
 * @param {Fixed} fixed
 * @param {{ gaussians?: number[][], arrows?: number[][] }} after
 * @param {import("../maths/hands.js").Pull["kind"]} kind
 */
export function toldBy({ shape, points }, { edits, fitted, shown }, after, kind) {
  const untold = edits.untold.find(([own]) => own === kind);
  if (untold) return untold[1];
  if (shape.gaussians.length * shown > MOST) return null;
  // a difference is the same in the units of the table and in those of the fit
  const change = ((logLikelihood(after, points) - logLikelihood(shape, points)) * fitted) / shown;
  return { value: shape.logLikelihood + change, change, estimated: shown < fitted };
}

/** In words. */
function wordsOf(told) {
  if (typeof told === "string") return told;
  const { value, change, estimated } = told;
  const digits = estimated ? 0 : 2;
  return `log-likelihood ${estimated ? "about " : ""}${decimals(value, digits)} (${change > 0 ? "+" : ""}${decimals(change, digits)})`;
}

export class Value {
  constructor(frame) {
    this.root = html("div", { class: "em-hand-told", role: "status", hidden: true });
    frame.append(this.root);
  }

  /**
   * Show what is told, beside a place in pixels; null hides it.
   * @param {ReturnType<typeof toldBy>} told
   * @param {number[]} place
   * @param {import("../maths/hands.js").View & { width: number }} view
   */
  show(told, place = null, view = null) {
    this.root.hidden = !told;
    if (!told) return;
    write(this.root, wordsOf(told));
    this.root.classList.toggle("em-hand-untold", typeof told === "string");
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const [x, y] = place;
    const left = x + RIGHT + width > view.width - EDGE ? x - RIGHT - width : x + RIGHT;
    const top = y - UP < EDGE ? y + UP - height : y - UP;
    const within = [left, top].map((at) => `${Math.max(EDGE, at).toFixed(1)}px`);
    this.root.style.transform = `translate(${within})`;
  }
}
