// The log-likelihood beside what is pulled: what it would be if it were let go here.
import { html, write } from "../drawing/dom.js";
import { logLikelihood } from "../maths/likelihood.js";
import { decimals } from "../maths/text.js";

const MOST = 400_000; // densities that are computed while a hand moves: a few milliseconds
const [RIGHT, UP, EDGE] = [16, 44, 4]; // pixels from the hand

/** @import { Fixed } from "../wire/types.d.ts" */
/** @import { Scene } from "../wire/history.js" */

/**
 * The log-likelihood with other Gaussians in the place of a scene's, and how it differs; null where the picture does not tell it:
 * it shows some of the features, or densities that are no Gaussians. Of more rows than are drawn it is estimated.
 * @param {Scene} scene
 * @param {Fixed} fixed
 * @param {number[][]} gaussians
 */
export function toldBy({ shape, points }, { edits, fitted, shown }, gaussians) {
  if (!edits?.whole || shape.grids || gaussians.length * shown > MOST) return null;
  // a difference is the same in the units of the table and in those of the fit
  const change = ((logLikelihood(gaussians, points) - logLikelihood(shape.gaussians, points)) * fitted) / shown;
  return { value: shape.logLikelihood + change, change, estimated: shown < fitted };
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
    const { value, change, estimated } = told;
    const digits = estimated ? 0 : 2;
    const much = `${decimals(value, digits)} (${change > 0 ? "+" : ""}${decimals(change, digits)})`;
    write(this.root, `log-likelihood ${estimated ? "about " : ""}${much}`);
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const [x, y] = place;
    const left = x + RIGHT + width > view.width - EDGE ? x - RIGHT - width : x + RIGHT;
    const top = y - UP < EDGE ? y + UP - height : y - UP;
    const within = [left, top].map((at) => `${Math.max(EDGE, at).toFixed(1)}px`);
    this.root.style.transform = `translate(${within})`;
  }
}
